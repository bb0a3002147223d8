"""What the views share: the request as our middlewares hand it over, the languages of a page, members' pages."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from community.branding.context import PageLanguage
from community.knowledge.selectors import MembersOnly

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
