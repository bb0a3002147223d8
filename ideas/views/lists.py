"""Lists: ideas of one board, of all, and the member's own."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.core.requests import PageRequest
from community.core.serving.page_cache import visitors_page
from ideas import selectors
from ideas.presenting import list_context, mine_context


@require_safe
@visitors_page
def idea_list(request: PageRequest) -> HttpResponse:
    """Show the ideas of all boards the viewer may see; order, status and place in the list stand in the address."""
    page = selectors.idea_list_page(site=request.site, viewer=request.user, query=request.GET.dict())
    return _list(request, page)


@require_safe
@visitors_page
def board(request: PageRequest, slug: str) -> HttpResponse:
    """Show the ideas of a board. Raises: Http404."""
    page = selectors.board_page(slug, site=request.site, viewer=request.user, query=request.GET.dict())
    return _list(request, page)


def _list(request: PageRequest, page: Any) -> HttpResponse:
    context = {"section": "ideas", "page": page, **list_context(page, request.GET)}
    return render(request, "ideas/idea_list.html", context)


@login_required
@require_safe
def mine(request: PageRequest) -> HttpResponse:
    """Show what the member voted for, shared and follows, and what became of it."""
    page = selectors.mine_page(site=request.site, viewer=request.user, query=request.GET.dict())
    return render(request, "ideas/mine.html", {"section": "ideas", "page": page, **mine_context(page)})
