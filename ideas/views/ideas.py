"""The page of an idea, and what is done to it."""

from typing import Any
from urllib.parse import unquote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.core.limits import limit_writes
from community.core.requests import PageRequest
from community.core.serving.page_cache import visitors_page
from community.core.showing import shows
from ideas import selectors, services
from ideas.forms import CommentForm
from ideas.presenting import Link
from ideas.rates import PRESS_RATE


@require_safe
def idea_by_id(request: PageRequest, idea_id: int) -> HttpResponse:
    """Send a short address to the full one. Raises: Http404."""
    return HttpResponseRedirect(_url(request, idea_id))


@require_safe
@visitors_page
def idea(request: PageRequest, idea_id: str, slug: str) -> HttpResponse:
    """Show an idea; one that was merged leads to where its votes went. Raises: Http404."""
    found = selectors.idea_for(int(idea_id), site=request.site, viewer=request.user)
    if target := selectors.merged_url(found, viewer=request.user):
        return HttpResponseRedirect(target)
    page = selectors.idea_page(found.pk, site=request.site, viewer=request.user, first=_first(request))
    if not unquote(page.url).endswith(f"/{slug}/"):
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return HttpResponseRedirect(f"{page.url}{query}")
    shows(request, "ideas.idea", page.id, number=max((one.number for one in page.comments), default=0))
    return idea_answer(request, page, CommentForm())


@require_safe
def idea_news(request: PageRequest, idea_id: int) -> HttpResponse:
    """Say how many comments came after number `?after=`, count the votes and show the status. Raises: Http404."""
    after = _number(request.GET.get("after", ""))
    news = selectors.idea_news(idea_id, site=request.site, viewer=request.user, after=after)
    return render(request, "ideas/idea.html#news", {"news": news})


def idea_answer(request: PageRequest, page: Any, form: CommentForm, *, status: int = 200) -> HttpResponse:
    """Return the page of an idea with its comment form."""
    context = {
        "section": "ideas",
        "page": page,
        "form": form,
        "crumbs": [Link(text=_("Ideas"), url=reverse("ideas:idea_list")), Link(text=page.board, url=page.board_url)],
        "login_url": f"{reverse('account_login')}?next={page.url}",
    }
    return render(request, "ideas/idea.html", context, status=status)


@login_required
@require_POST
@limit_writes("ideas.press", PRESS_RATE)
def vote_set(request: PageRequest, idea_id: int) -> HttpResponse:
    """Vote, or take the vote back; for htmx the button again, else back to the idea. Raises: Http404, Denied."""
    place = _url(request, idea_id)
    services.vote_set(member=request.user, idea_id=idea_id, wanted=request.POST.get("on") == "1")
    if not request.htmx:
        return HttpResponseRedirect(place)
    vote = selectors.vote_press(idea_id, site=request.site, viewer=request.user)
    return render(request, "ideas/_vote.html", {"vote": vote})


@login_required
@require_POST
@limit_writes("ideas.press", PRESS_RATE)
def idea_follow(request: PageRequest, idea_id: int) -> HttpResponse:
    """Follow an idea, or no more. Raises: Http404, Denied."""
    place = _url(request, idea_id)
    wanted = request.POST.get("on") == "1"
    services.idea_follow(member=request.user, idea_id=idea_id, wanted=wanted)
    messages.success(request, _("You follow this idea now.") if wanted else _("You no longer follow this idea."))
    return HttpResponseRedirect(place)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limit_writes("ideas.press", PRESS_RATE)
def idea_delete(request: PageRequest, idea_id: int) -> HttpResponse:
    """Ask, then delete an idea. Raises: Http404, Denied."""
    page = selectors.idea_to_delete(idea_id, site=request.site, viewer=request.user)
    if request.method != "POST":
        return render(request, "ideas/idea_delete.html", {"section": "ideas", "page": page})
    services.idea_delete(member=request.user, idea_id=idea_id)
    messages.success(request, _("Deleted."))
    return HttpResponseRedirect(page.board_url)


@login_required
@require_POST
@limit_writes("ideas.moderate", PRESS_RATE)
def idea_hide(request: PageRequest, idea_id: int) -> HttpResponse:
    """Take an idea out of sight. Raises: Http404, Denied."""
    place = _url(request, idea_id)
    services.idea_hide(member=request.user, idea_id=idea_id)
    messages.success(request, _("Hidden. Its author and moderators still see it."))
    return HttpResponseRedirect(place)


@login_required
@require_POST
@limit_writes("ideas.moderate", PRESS_RATE)
def idea_restore(request: PageRequest, idea_id: int) -> HttpResponse:
    """Bring a hidden or deleted idea back. Raises: Http404, Denied."""
    place = _url(request, idea_id)
    services.idea_restore(member=request.user, idea_id=idea_id)
    messages.success(request, _("Visible again."))
    return HttpResponseRedirect(place)


def _url(request: PageRequest, idea_id: int) -> str:
    return selectors.idea_url(selectors.idea_for(idea_id, site=request.site, viewer=request.user))


def _first(request: PageRequest) -> int:
    """Return the comment number of an address; 1 for none."""
    return max(1, _number(request.GET.get("from", "")))


def _number(text: str) -> int:
    """Return a whole number out of an address; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
