"""The roadmap."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from community.core.limits import limit_writes
from community.core.requests import PageRequest
from community.core.serving.page_cache import visitors_page
from ideas import services
from ideas.selectors.roadmap import roadmap_card, roadmap_page
from ideas.views.ideas import PRESS_RATE


@require_safe
@visitors_page
def roadmap(request: PageRequest) -> HttpResponse:
    """Show what is being built, what comes next and later, and what was shipped; `?board=` one board."""
    board = request.GET.get("board", "")
    page = roadmap_page(site=request.site, viewer=request.user, board=board)
    login_url = f"{reverse('account_login')}?{urlencode({'next': _here(board)})}"
    return render(request, "ideas/roadmap.html", {"section": "roadmap", "page": page, "login_url": login_url})


@login_required
@require_POST
@limit_writes("ideas.press", PRESS_RATE)
def roadmap_follow(request: PageRequest, idea_id: int) -> HttpResponse:
    """Subscribe to a card without voting, or no more; for htmx the bell again. Raises: Http404, Denied."""
    roadmap_card(idea_id, site=request.site, viewer=request.user)
    services.idea_follow(member=request.user, idea_id=idea_id, wanted=request.POST.get("on") == "1")
    board = request.POST.get("board", "")
    if not request.htmx:
        return HttpResponseRedirect(_here(board))
    card = roadmap_card(idea_id, site=request.site, viewer=request.user)
    return render(request, "ideas/roadmap.html#bell", {"card": card, "board": board})


def _here(board: str) -> str:
    address = reverse("ideas:roadmap")
    return f"{address}?{urlencode({'board': board})}" if board else address
