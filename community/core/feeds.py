"""Atom feeds: what an entry holds, and the answer that carries them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils.feedgenerator import Atom1Feed

from community.core.requests import PageRequest

SIZE = 30
SUMMARY_LENGTH = 600


@dataclass(frozen=True, kw_only=True)
class FeedEntry:
    """One thing in a feed; its addresses are paths."""

    title: str
    summary: str
    url: str
    lasting_url: str
    """One that stays when the title changes."""
    author: str | None = None
    category: str | None = None
    at: datetime
    moved_at: datetime | None
    """When it last changed."""


def feed_answer(
    request: PageRequest, *, title: str, text: str, link: str, entries: Iterable[FeedEntry]
) -> HttpResponse:
    """Return an Atom feed; `link` is a path."""
    absolute = request.build_absolute_uri
    atom = Atom1Feed(
        title=title,
        link=absolute(link),
        feed_url=absolute(request.path),
        description=text,
        subtitle=text or None,
        language=request.LANGUAGE_CODE,
    )
    for entry in entries:
        atom.add_item(
            title=_printable(entry.title),
            link=absolute(entry.url),
            unique_id=absolute(entry.lasting_url),
            description=_printable(entry.summary),
            author_name=_printable(entry.author) if entry.author else None,
            categories=[_printable(entry.category)] if entry.category else None,
            pubdate=entry.at,
            updateddate=max(entry.at, entry.moved_at or entry.at),
        )
    return HttpResponse(atom.writeString("utf-8"), content_type=atom.content_type)


def _printable(text: str) -> str:
    """Return the text without characters that XML cannot hold."""
    return "".join(char for char in text if char >= " " and char not in "\ufffe\uffff")
