"""What the views share: the languages of a page, members' pages, feeds."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from community.branding.context import PageLanguage
from community.branding.selectors import brand_of
from community.core.feeds import FeedEntry, feed_answer
from community.core.requests import PageRequest
from community.knowledge.selectors import MembersOnly, PageLink

View = Callable[..., HttpResponse]


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


def pages_feed(request: PageRequest, *, title: str, text: str, link: str, pages: Iterable[PageLink]) -> HttpResponse:
    """Return an Atom feed of pages; `link` is a path."""
    entries = [
        FeedEntry(
            title=page.title,
            summary=page.summary,
            url=page.url,
            lasting_url=page.url,
            at=page.at,
            moved_at=page.revised_at,
        )
        for page in pages
        if page.at
    ]
    title = f"{title} · {brand_of(request.site).name}"
    return feed_answer(request, title=title, text=text, link=link, entries=entries)
