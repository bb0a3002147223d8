"""What every request gets before a view sees it, and what keeps visitors' pages free of cookies."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from community.activity.addresses import is_elsewhere
from community.branding.errors import domain_error_response, fault_response, maintenance_response
from community.branding.selectors import site_of
from community.core.errors import DomainError
from community.core.problems import FAULTS

GetResponse = Callable[[HttpRequest], HttpResponse]
ID_DIGITS = 18
"""How long the number of a row can get; asked for a longer one, a database answers with an error."""


class SiteMiddleware:
    """Set `request.site` to the Wagtail Site of this host (the default one for an unknown host).

    Queries: none when the site is in the cache, else one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.site = SimpleLazyObject(lambda: site_of(request))  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: object, _args: object, _kwargs: object) -> None:
        """Answer 404 to an address that names a thing of another site, or a number that no row can have."""
        match = request.resolver_match
        if match is None:
            return
        if any(name.endswith("_id") and len(str(value)) > ID_DIGITS for name, value in match.kwargs.items()):
            raise Http404
        if is_elsewhere(match, request.site):
            raise Http404


class VisitorMiddleware:
    """Answer "who is it?" without opening the session when there is no session cookie.

    Reading the session marks the answer `Vary: Cookie`; a visitor's page must not be, or no cache may keep it.
    Comes after AuthenticationMiddleware.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            request.user = AnonymousUser()  # type: ignore[assignment]
        return self.get_response(request)


class FaultMiddleware:
    """Turn what services raise, and answers without a body, into pages; close the site when maintenance says so."""

    open_in_maintenance = ("/static/", "/brand/", "/live", "/ready")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.MAINTENANCE and not request.path_info.startswith(self.open_in_maintenance):
            return maintenance_response(request)
        response = self.get_response(request)
        if response.status_code in FAULTS and not response.streaming and not response.content:
            page = fault_response(request, response.status_code)
            for name in ("Allow", "Retry-After"):
                if name in response:
                    page[name] = response[name]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else goes on to the 500 page."""
        return domain_error_response(request, exception) if isinstance(exception, DomainError) else None
