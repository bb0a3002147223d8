"""What the views share: the request as our middlewares hand it over, the languages of a page, members' pages."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.feedgenerator import Atom1Feed

from community.branding.context import PageLanguage
from community.branding.selectors import brand_of
from community.knowledge.selectors import MembersOnly, PageLink

View = Callable[..., HttpResponse]


class PageRequest(HttpRequest):
    """A request with the person, the site and htmx's headers."""

    user: Any
    """A Member, or an AnonymousUser."""
    site: Any
    """The Wagtail Site."""
    htmx: Any
    """True for a request htmx sent."""
    LANGUAGE_CODE: str


def members_only(view: View) -> View:
    """Ask a visitor to sign in where every member may read what the address names, and say no more of it."""

    @wraps(view)
    def answer(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except MembersOnly:
            return render(request, "knowledge/members_only.html", {"section": "help"}, status=403)

    return answer


def languages_of(request: PageRequest, alternates: Mapping[str, str]) -> list[PageLanguage]:
    """Return every language of the site, with the address of the page in it; empty where there is none."""
    return [
        PageLanguage(code, name, request.build_absolute_uri(alternates[code]) if code in alternates else "")
        for code, name in settings.LANGUAGES
    ]


def elsewhere(request: PageRequest, page: Any) -> HttpResponseRedirect | None:
    """Return the way to the page in the reader's language, or to its own address when it has another name now."""
    url = page.alternates.get(request.LANGUAGE_CODE, page.url)
    if unquote(url) == request.path:
        return None
    return HttpResponseRedirect(f"{url}?{request.GET.urlencode()}" if request.GET else url)


def feed_answer(request: PageRequest, *, title: str, text: str, link: str, entries: Iterable[PageLink]) -> HttpResponse:
    """Return an Atom feed; `link` and the addresses of its entries are paths."""
    absolute = request.build_absolute_uri
    feed = Atom1Feed(
        title=f"{title} · {brand_of(request.site).name}",
        link=absolute(link),
        feed_url=absolute(request.path),
        description=text,
        subtitle=text,
        language=request.LANGUAGE_CODE,
    )
    for entry in entries:
        url = absolute(entry.url)
        feed.add_item(
            title=entry.title,
            link=url,
            unique_id=url,
            description=entry.summary,
            pubdate=entry.at,
            updateddate=entry.revised_at or entry.at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
