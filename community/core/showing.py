"""A page says which thing it shows, and how far: whoever keeps an eye on that (an inbox) need not know the page."""

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Showing:
    """What the reader of this page has before them."""

    kind: str
    id: int
    number: int
    """The highest numbered part of it on this page: the last post of the window."""


def shows(request: HttpRequest, kind: str, subject_id: int, *, number: int = 0) -> None:
    """Say that the answer to `request` shows the subject; not for what a browser only fetches ahead."""
    if not request.headers.get("Sec-Purpose"):
        request.showing = Showing(kind, subject_id, number)  # type: ignore[attr-defined]


def showing_of(request: HttpRequest) -> Showing | None:
    """Return what the view said that it shows."""
    return getattr(request, "showing", None)
