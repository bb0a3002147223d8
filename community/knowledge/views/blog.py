"""The blog, its posts and its feed."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.core.requests import PageRequest
from community.core.serving.page_cache import visitors_page
from community.core.showing import shows
from community.knowledge import selectors
from community.knowledge.presenting import Crumb
from community.knowledge.views.requests import elsewhere, languages_of, members_only, pages_feed


@require_safe
@visitors_page
def blog(request: PageRequest) -> HttpResponse:
    """List the posts, newest first."""
    page = selectors.blog_page(
        site=request.site,
        viewer=request.user,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    here = reverse("knowledge:blog")
    context = {
        "section": "help",
        "page": page,
        "newer_url": f"{here}?before={page.newer}" if page.newer else "",
        "older_url": f"{here}?after={page.older}" if page.older else "",
    }
    return render(request, "knowledge/blog.html", context)


@require_safe
@visitors_page
@members_only
def blog_post(request: PageRequest, post_id: str, slug: str) -> HttpResponse:
    """Show a post, in the reader's language if there is one. Raises: Http404."""
    page = selectors.blog_post_page(int(post_id), site=request.site, viewer=request.user)
    shows(request, "knowledge.blogpost", page.id)
    context = {
        "section": "help",
        "page": page,
        "crumbs": [Crumb(text=_("Blog"), url=reverse("knowledge:blog"))],
        "languages": languages_of(request, page.alternates),
        "edit_url": reverse("wagtailadmin_pages:edit", args=[page.id]) if getattr(request.user, "roles", ()) else "",
    }
    return elsewhere(request, page) or render(request, "knowledge/blog_post.html", context)


@require_safe
@visitors_page
def blog_feed(request: PageRequest) -> HttpResponse:
    """Return what every visitor may read of the blog as an Atom feed, whoever asks."""
    page = selectors.blog_page(site=request.site, viewer=AnonymousUser())
    return pages_feed(
        request, title=page.title, text=page.introduction, link=reverse("knowledge:blog"), pages=page.posts
    )
