"""Refusals and faults as pages: branded, translated, free of JavaScript; for htmx a toast instead of a page."""

import logging
import secrets
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
from community.core.errors import DomainError, TooMany
from community.core.problems import FAULTS, is_for_program, problem_response, status_of

logger = logging.getLogger(__name__)
MAINTENANCE_RETRY_S = 600


def domain_error_response(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Return the page, or for htmx the toast, that tells why a service refused."""
    response = fault_response(request, status_of(error), reason=error.reason)
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.retry_after_s)
    return response


def fault_response(request: HttpRequest, status: int, reason: str | Promise = "") -> HttpResponse:
    """Return the branded answer of this status, with the service's sentence when there is one."""
    if is_for_program(request):
        return problem_response(request, status, detail=reason)
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
    if is_for_program(request):
        return problem_response(request, status, detail=more.get("reason", ""))
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
