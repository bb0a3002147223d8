"""The home page and the index of the staff pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.core.errors import Denied
from community.core.serving.page_cache import visitors_page
from community.portal.selectors import home_page, staff_page


@require_safe
@visitors_page
def home(request: HttpRequest) -> HttpResponse:
    """Show what is new, what waits for an answer, and where to ask."""
    page = home_page(site=request.site, viewer=request.user)  # type: ignore[attr-defined]
    return render(request, "portal/home.html", {"section": "home", "page": page})


@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """Show the team what needs them. Raises: Denied for anybody without a role."""
    if not (request.user.is_authenticated and request.user.roles):
        raise Denied(_("These pages are for the team."))
    context = {"section": "staff", "staff_section": "overview", "page": staff_page(site=request.site)}  # type: ignore[attr-defined]
    return render(request, "portal/staff.html", context)
