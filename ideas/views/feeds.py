"""Feeds of new ideas."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.branding.selectors import brand_of
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
    absolute = request.build_absolute_uri
    title = " · ".join([*([found.board.name] if found.board else []), _("Ideas"), brand_of(request.site).name])
    atom = Atom1Feed(
        title=title,
        link=absolute(found.board.url if found.board else reverse("ideas:idea_list")),
        feed_url=absolute(request.path),
        description=found.board.description if found.board else "",
        subtitle=found.board.description if found.board else None,
        language=request.LANGUAGE_CODE,
    )
    for entry in found.entries:
        atom.add_item(
            title=entry.title,
            link=absolute(entry.url),
            unique_id=absolute(entry.lasting_url),
            description=entry.summary,
            author_name=entry.author,
            categories=[entry.board],
            pubdate=entry.at,
            updateddate=max(entry.at, entry.moved_at),
        )
    return HttpResponse(atom.writeString("utf-8"), content_type=atom.content_type)
