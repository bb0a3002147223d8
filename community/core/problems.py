"""What went wrong, in words people read on a page and programs as RFC 9457 problem details."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext_lazy as _

from community.core.errors import Conflict, Denied, DomainError, Gone, Invalid, TooMany

API_PREFIX = "/api/"
"""Whoever asks below this gets problem details, never a page."""
PROBLEM_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Fault:
    """What a page of this status says."""

    title: str | Promise
    text: str | Promise


FAULTS: dict[int, Fault] = {
    400: Fault(
        _("We could not read that"), _("The address or the form was cut off on its way. Go back and try once more.")
    ),
    401: Fault(_("Who is asking?"), _("The request needs a token that is in use.")),
    403: Fault(_("This is not open to you"), _("You may need to sign in, or to use another account.")),
    404: Fault(_("There is nothing at this address"), _("The link may be cut off, or what it led to has moved.")),
    405: Fault(_("This address takes no such request"), _("Use the form on the page that leads here.")),
    409: Fault(
        _("Somebody else was first"),
        _("It has changed since you opened it. Nothing was overwritten; go back, load the page again and look."),
    ),
    410: Fault(_("This was taken down"), _("It was here and is not any more.")),
    413: Fault(_("That is too large"), _("Send a smaller file or a shorter text.")),
    422: Fault(_("That could not be accepted"), _("Go back and look at what you entered.")),
    429: Fault(
        _("That was a lot at once"),
        _("Wait a little, then try again. Nothing you wrote is lost: go back to find it."),
    ),
    500: Fault(
        _("That did not work, and it is our fault"),
        _("We have a report of what happened; you need not write one. Go back and try again."),
    ),
    503: Fault(_("Back soon"), _("We are working on the site. What you have written is safe.")),
}
STATUS: dict[type[DomainError], int] = {Denied: 403, Conflict: 409, Gone: 410, Invalid: 422, TooMany: 429}


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """What is wrong with one value of a request."""

    field: str
    """Where it stands: `title`, `tags.2`, `limit`."""
    detail: str


def status_of(error: DomainError) -> int:
    """Return the HTTP status of what a service raised."""
    return next(code for kind, code in STATUS.items() if isinstance(error, kind))


def is_for_program(request: HttpRequest) -> bool:
    """Tell whether a program asks: it gets problem details instead of a page."""
    return request.path_info.startswith(API_PREFIX)


def problem_response(
    request: HttpRequest,
    status: int,
    *,
    detail: str | Promise = "",
    errors: Sequence[FieldError] = (),
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Return problem details in the language the program accepts.

    Args:
        detail: the sentence of who refused; without it the title must do.
        errors: what is wrong with which value.
        more: other members of the object.
    Queries: 0.
    """
    with override(get_language_from_request(request)):
        problem: dict[str, Any] = {"type": "about:blank", "title": str(FAULTS[status].title), "status": status}
        if detail:
            problem["detail"] = str(detail)
    if errors:
        problem["errors"] = [vars(error) for error in errors]
    body = json.dumps({**problem, **(more or {})}, ensure_ascii=False)
    response = HttpResponse(body, status=status, content_type=PROBLEM_TYPE)
    response["Cache-Control"] = "no-store"
    return response
