"""The body of an article as readers get it: HTML with anchors on headings, their list, how long it takes to read."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language

from community.knowledge.models import Article, BlogPost

WORDS_A_MINUTE = 200
KEPT_S = 3600
LISTED_LEVEL = "2"
"""Headings of this level are in the list of contents."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A line of the list of contents."""

    anchor: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A body, ready to print."""

    html: SafeString
    contents: tuple[Heading, ...]
    minutes: int


def reading_of(page: Article | BlogPost) -> Reading:
    """Return the body of a published page. Queries: 0 when it is kept, else those of its links and pictures."""
    published = page.last_published_at.timestamp() if page.last_published_at else 0
    key = f"knowledge.reading:{page.pk}:{page.live_revision_id}:{published}:{get_language()}"
    kept: Reading | None = cache.get(key)
    if kept is None:
        kept = reading_made(page)
        cache.set(key, kept, KEPT_S)
    return kept


def reading_made(page: Article | BlogPost) -> Reading:
    """Return the body as it is in `page`, whether it was ever published or not."""
    parts: list[str] = []
    contents: list[Heading] = []
    taken: set[str] = set()
    for block in page.body:
        context: dict[str, Any] = {}
        if block.block_type == "heading":
            text, level = block.value["text"], block.value["level"]
            context["anchor"] = anchor = _anchor(text, taken)
            if level == LISTED_LEVEL:
                contents.append(Heading(anchor=anchor, text=text))
        parts.append(block.render(context))
    html = "\n".join(parts)
    if site := page.home.site:  # with several sites Wagtail names the host, and readers may have come by another
        html = html.replace(f'href="{site.root_url}/', 'href="/')
    return Reading(
        html=SafeString(html),  # what the templates of the blocks escaped
        contents=tuple(contents),
        minutes=max(1, round(len(strip_tags(html).split()) / WORDS_A_MINUTE)),
    )


def _anchor(text: str, taken: set[str]) -> str:
    """Return an id for a heading that no other part of the page has; `main`, `toc` and the like are the frame's."""
    stem = f"h-{slugify(text, allow_unicode=True) or 'part'}"
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name)
    return name
