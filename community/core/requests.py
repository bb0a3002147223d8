"""The request as our middlewares hand it over, for types."""

from typing import Any

from django.http import HttpRequest


class PageRequest(HttpRequest):
    """A request with the person, the site and htmx's headers."""

    user: Any
    """A Member, or an AnonymousUser where the view lets visitors in."""
    site: Any
    """The Wagtail Site."""
    htmx: Any
    """True for a request htmx sent."""
    LANGUAGE_CODE: str
