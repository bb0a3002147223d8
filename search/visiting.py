"""From a request to the person and the question its events belong to."""

from typing import Any

from community.core.limits import client_ip
from search.services_events import key_new
from search.services_visitors import Person, person_of

HELP_KEY = "search.help"
"""Where the session of a member keeps the key of the question they are writing."""


def person_of_request(request: Any) -> Person | None:
    """Return who asks; None for a robot. Queries: those of `person_of`."""
    return person_of(
        site_id=request.site.pk,
        viewer=request.user,
        address=client_ip(request),
        user_agent=request.headers.get("User-Agent", ""),
        language=request.LANGUAGE_CODE,
    )


def number_of(text: str) -> int:
    """Return a key out of a form; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 and int(text) < 2**63 else 0


def help_key_of(request: Any, *, goes_on: bool) -> int:
    """Return the key of the question that is being written: the form's, or a member's own from the page before.

    Args:
        goes_on: whether there is a text already; an empty form begins a question of its own.
    """
    sent = number_of(request.POST.get("help", ""))
    if sent or not goes_on or not request.user.is_authenticated:
        return sent or key_new()
    return number_of(str(request.session.get(HELP_KEY, ""))) or key_new()


def help_key_keep(request: Any, key: int) -> None:
    """Let the next page of a member who is writing go on with the same key."""
    if request.user.is_authenticated and request.session.get(HELP_KEY) != key:
        request.session[HELP_KEY] = key
