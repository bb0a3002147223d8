"""The help centre, its sections and articles."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.core.requests import PageRequest
from community.core.serving.page_cache import visitors_page
from community.core.showing import shows
from community.knowledge import selectors
from community.knowledge.presenting import Crumb, ask_url, help_crumb
from community.knowledge.views.requests import elsewhere, languages_of, members_only, pages_feed


@require_safe
@visitors_page
def home(request: PageRequest) -> HttpResponse:
    """Show the sections of the help centre with their counts."""
    page = selectors.home_page(site=request.site, viewer=request.user)
    return render(request, "knowledge/home.html", {"section": "help", "page": page})


@require_safe
@visitors_page
def help_feed(request: PageRequest) -> HttpResponse:
    """Return the articles that were published or revised last and every visitor may read, as an Atom feed."""
    entries = selectors.articles_feed(site=request.site)
    title, text = _("Help"), _("Answers that last, written and checked by our team.")
    return pages_feed(request, title=title, text=text, link=reverse("knowledge:home"), pages=entries)


@require_safe
@visitors_page
@members_only
def section(request: PageRequest, slug: str) -> HttpResponse:
    """Show the articles of a section. Raises: Http404."""
    page = selectors.section_page(slug, site=request.site, viewer=request.user)
    context = {
        "section": "help",
        "page": page,
        "crumbs": [help_crumb()],
        "languages": languages_of(request, page.alternates),
    }
    return elsewhere(request, page) or render(request, "knowledge/section.html", context)


@require_safe
@visitors_page
@members_only
def article(request: PageRequest, article_id: str, slug: str) -> HttpResponse:
    """Show an article; in the reader's language if there is one, else say so. Raises: Http404."""
    page = selectors.article_page(int(article_id), site=request.site, viewer=request.user)
    shows(request, "knowledge.article", page.id)
    is_staff = bool(getattr(request.user, "roles", ()))
    context = {
        "section": "help",
        "page": page,
        "crumbs": [help_crumb(), Crumb(text=page.section.title, url=page.section.url)],
        "languages": languages_of(request, page.alternates),
        "ask_url": ask_url(page.id),
        "figures": selectors.article_figures(page.id) if is_staff else None,
        "edit_url": reverse("wagtailadmin_pages:edit", args=[page.id]) if is_staff else "",
    }
    return elsewhere(request, page) or render(request, "knowledge/article.html", context)
