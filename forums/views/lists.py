"""Lists: categories, and topics of one or of all."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.core.requests import PageRequest
from community.core.serving.page_cache import visitors_page
from forums import selectors
from forums.presenting import Crumb, list_context


@require_safe
@visitors_page
def category_list(request: PageRequest) -> HttpResponse:
    """Show every category the viewer may see. Queries: 1."""
    categories = selectors.categories_of(site=request.site, viewer=request.user)
    return render(request, "forums/category_list.html", {"section": "questions", "categories": categories})


@require_safe
@visitors_page
def category(request: PageRequest, slug: str) -> HttpResponse:
    """Show a category's topics; tab, filters and place in the list stand in the address."""
    page = selectors.category_page(slug, site=request.site, viewer=request.user, query=request.GET.dict())
    crumbs = [Crumb(text=_("Questions"), url=reverse("forums:topic_list"))]
    return _list(request, page, crumbs)


@require_safe
@visitors_page
def topic_list(request: PageRequest) -> HttpResponse:
    """Show the topics of all categories the viewer may see."""
    page = selectors.topic_list_page(site=request.site, viewer=request.user, query=request.GET.dict())
    return _list(request, page, [])


def _list(request: PageRequest, page: Any, crumbs: list[Crumb]) -> HttpResponse:
    context = {"section": "questions", "page": page, "crumbs": crumbs, **list_context(page, request.GET)}
    template = "forums/category.html#topics" if request.htmx else "forums/category.html"
    return render(request, template, context)
