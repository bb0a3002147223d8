"""Who may open a page at all; what they may do there, the services check."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

from community.members.permissions import role_check

View = Callable[..., HttpResponseBase]


def staff_only(*roles: str) -> Callable[[View], View]:
    """Open a page to colleagues with one of `roles` (none named: any); visitors are asked to sign in first.

    Raises: Denied for everybody else, which becomes the 403 page.
    """

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            role_check(request.user, *roles)
            return view(request, *args, **kwargs)

        return checked

    return decorate
