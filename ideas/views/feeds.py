"""Feeds of new ideas."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.branding.selectors import brand_of
from community.core.feeds import feed_answer
from community.core.requests import PageRequest
from community.core.serving.page_cache import visitors_page
from ideas import selectors


@require_safe
@visitors_page
def feed(request: PageRequest, slug: str = "") -> HttpResponse:
    """Return the newest ideas every visitor may read, of all boards or of one, as an Atom feed, whoever asks.

    Raises: Http404.
    """
    found = selectors.idea_feed(site=request.site, slug=slug)
    place = found.board
    return feed_answer(
        request,
        title=" · ".join([*([place.name] if place else []), _("Ideas"), brand_of(request.site).name]),
        text=place.description if place else "",
        link=place.url if place else reverse("ideas:idea_list"),
        entries=found.entries,
    )
