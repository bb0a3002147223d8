"""The home page, the index of the staff pages, and what leads from one app to another."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.core.errors import Denied, Invalid
from community.core.limits import limit_writes
from community.core.serving.page_cache import visitors_page
from community.portal.selectors import home_page, staff_page, topic_to_write_up
from community.portal.services import article_from_topic
from community.portal.setup.claiming import is_waiting


@require_safe
@visitors_page
def home(request: HttpRequest) -> HttpResponse:
    """Show what is new, what waits for an answer, and where to ask; where nobody runs the community yet, set-up."""
    if is_waiting():
        return redirect("portal:setup")
    page = home_page(site=request.site, viewer=request.user)  # type: ignore[attr-defined]
    return render(request, "portal/home.html", {"section": "home", "page": page, "beside": [page.beside]})


@require_safe
def staff(request: HttpRequest) -> HttpResponse:
    """Show the team what needs them. Raises: Denied for anybody without a role."""
    if not (request.user.is_authenticated and request.user.roles):
        raise Denied(_("These pages are for the team."))
    page = staff_page(site=request.site, viewer=request.user)  # type: ignore[attr-defined]
    context = {"section": "staff", "staff_section": "overview", "page": page}
    return render(request, "portal/staff.html", context)


@login_required
@require_POST
@limit_writes("portal.article", "60/h")
def article_create(request: HttpRequest, topic_id: int) -> HttpResponse:
    """Begin an article with what a solved topic says and go on writing it in the CMS. Raises: Http404, Denied."""
    topic = topic_to_write_up(topic_id, site=request.site, viewer=request.user)  # type: ignore[attr-defined]
    if topic is None:
        raise Http404
    try:
        article = article_from_topic(member=request.user, topic=topic)
    except Invalid as refused:
        messages.error(request, str(refused.reason))
        return HttpResponseRedirect(reverse("forums:topic", args=[topic.pk, topic.slug]))
    return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=[article.pk]))
