"""Refusals and faults as pages: branded, translated, free of JavaScript; for htmx a toast instead of a page."""

import logging
import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.branding.brand import Brand
from community.branding.selectors import brand_of, plain_brand
from community.branding.theme import THEME_COOKIE, THEMES
from community.core.errors import Conflict, Denied, DomainError, Gone, Invalid, TooMany

logger = logging.getLogger(__name__)
MAINTENANCE_RETRY_S = 600


@dataclass(frozen=True)
class Fault:
    """What a page of this status says."""

    title: str | Promise
    text: str | Promise


FAULTS: dict[int, Fault] = {
    400: Fault(
        _("We could not read that"), _("The address or the form was cut off on its way. Go back and try once more.")
    ),
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


def domain_error_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Return the page, or for htmx the toast, that tells why a service refused."""
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    response = fault_response(request, status, reason=error.reason)
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.retry_after_s)
    return response


def fault_response(request: HttpRequest, status: int, reason: str | Promise = "") -> HttpResponse:
    """Return the branded answer of this status, with the service's sentence when there is one."""
    if getattr(request, "htmx", None):
        return _toast(status, str(reason or FAULTS[status].title))
    context = {"status": status, "fault": FAULTS[status], "reason": reason}
    return HttpResponse(render_to_string("errors/page.html", context, request), status=status)


def server_error_response(request: HttpRequest) -> HttpResponse:
    """Return the page of our own mistake; needs neither database nor session, which may be what is broken."""
    reference = secrets.token_hex(4).upper()
    logger.error("Server error shown to a visitor as %s", reference)
    return _plain(request, 500, {"reference": reference})


def maintenance_response(request: HttpRequest) -> HttpResponse:
    """Return the page of the closed site; `settings.MAINTENANCE` is its sentence."""
    response = _plain(request, 503, {"reason": "" if settings.MAINTENANCE == "1" else settings.MAINTENANCE})
    response["Retry-After"] = str(MAINTENANCE_RETRY_S)
    return response


def _plain(request: HttpRequest, status: int, more: dict[str, Any]) -> HttpResponse:
    """Render a page that stands alone: brand, sentence, nothing that needs a member."""
    if getattr(request, "htmx", None):
        return _toast(status, str(FAULTS[status].title))
    theme = request.COOKIES.get(THEME_COOKIE, "")
    context = {
        "status": status,
        "fault": FAULTS[status],
        "brand": _brand(request),
        "theme": theme if theme in THEMES else "system",
        **more,
    }
    return HttpResponse(render_to_string("errors/plain.html", context), status=status)


def _toast(status: int, text: str) -> HttpResponse:
    """Return a toast that htmx adds to the others, whatever the request's own target was."""
    response = HttpResponse(render_to_string("components/toast.html", {"text": text, "tone": "error"}), status=status)
    response["HX-Retarget"] = "[data-toasts]"
    response["HX-Reswap"] = "beforeend"
    return response


def _brand(request: HttpRequest) -> Brand:
    """Return the site's brand, the product's own when the database does not answer."""
    try:
        return brand_of(getattr(request, "site", None) or None)
    except DatabaseError:
        return plain_brand()


def handler_400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 400: a request it could not trust."""
    return fault_response(request, 400)


def handler_403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 403: PermissionDenied of a library."""
    return fault_response(request, 403)


def handler_404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's 404: no such address, or nothing the viewer may know of."""
    return fault_response(request, 404)


def handler_429(request: HttpRequest) -> HttpResponse:
    """Too many requests: the sign-in library asks for this page by name, Django has none of its own."""
    return fault_response(request, 429)


def handler_500(request: HttpRequest) -> HttpResponse:
    """Django's 500: an exception nobody caught."""
    return server_error_response(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's refusal of a form without its token."""
    return fault_response(
        request, 403, reason=_("The form had been open for too long. Go back, load the page again and send it.")
    )
