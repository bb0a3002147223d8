"""What a member's request gets: their time zone, a mark that they were here; for staff a second factor."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from community.members.permissions import is_staff_member
from community.members.services import member_seen

GetResponse = Callable[[HttpRequest], HttpResponse]


class MemberMiddleware:
    """Write times in the member's zone and remember once a day that they were here.

    Costs visitors nothing: without a session cookie the session is not touched. Comes after AuthenticationMiddleware.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        request.user = get_user(request)  # loaded by now; the lazy one would cost again with each question to it
        member_seen(request.user)  # type: ignore[arg-type]
        with timezone.override(ZoneInfo(request.user.time_zone)):  # type: ignore[union-attr]
            return self.get_response(request)


class StaffSecondFactorMiddleware:
    """Let colleagues into staff pages, set-up and the CMS only when they signed in, or confirmed, with a second factor.

    `STAFF_MFA_REQUIRED=0` turns it off (development and the demo do). Queries: 0 once confirmed in this session.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        area = _area(request.path_info)
        if area == "cms" and request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
            return HttpResponseForbidden()  # the CMS would send them to sign in, which would send them back
        if settings.STAFF_MFA_REQUIRED and area in {"cms", "setup", "staff"} and is_staff_member(request.user):
            return self._missing(request) or self.get_response(request)
        return self.get_response(request)

    def _missing(self, request: HttpRequest) -> HttpResponse | None:
        records = get_authentication_records(request, request.user)
        if any(record["method"] == "mfa" for record in records):
            return None
        kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
        factors = set(Authenticator.objects.filter(user=request.user, type__in=kinds).values_list("type", flat=True))
        if not factors:
            return render(request, "members/second_factor.html", {"next": request.get_full_path()}, status=403)
        name = "mfa_reauthenticate" if Authenticator.Type.TOTP in factors else "mfa_reauthenticate_webauthn"
        return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")


def _area(path: str) -> str:
    """Return the first part of `path`, the language before it left out: `staff` for `/es/staff/sync/`."""
    parts = path.lstrip("/").split("/")
    languages = {code for code, _name in settings.LANGUAGES}
    return parts[1] if parts[0] in languages and len(parts) > 1 else parts[0]
