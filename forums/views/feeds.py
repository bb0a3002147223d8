"""Feeds of the latest topics."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.branding.selectors import brand_of
from community.core.requests import PageRequest
from community.core.serving.page_cache import visitors_page
from forums import selectors


@require_safe
@visitors_page
def feed(request: PageRequest, slug: str = "") -> HttpResponse:
    """Return the latest topics every visitor may read, of all categories or of one, as an Atom feed, whoever asks.

    Raises: Http404.
    """
    found = selectors.topic_feed(site=request.site, slug=slug)
    absolute = request.build_absolute_uri
    place = found.category
    atom = Atom1Feed(
        title=" · ".join([*([place.name] if place else []), _("Questions"), brand_of(request.site).name]),
        link=absolute(place.url if place else reverse("forums:topic_list")),
        feed_url=absolute(request.path),
        description=place.description if place else "",
        subtitle=place.description if place else None,
        language=request.LANGUAGE_CODE,
    )
    for entry in found.entries:
        atom.add_item(
            title=entry.title,
            link=absolute(entry.url),
            unique_id=absolute(entry.lasting_url),
            description=entry.summary,
            author_name=entry.author,
            categories=[entry.category],
            pubdate=entry.at,
            updateddate=max(entry.at, entry.bumped_at),
        )
    return HttpResponse(atom.writeString("utf-8"), content_type=atom.content_type)
