"""What the home page shows of the ideas."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from wagtail.models import Site

from ideas.models import Board, Idea
from ideas.selectors.lists import ORDERS
from ideas.selectors.rows import StatusView, idea_url, status_view
from ideas.states import CLOSED

HOT_SHOWN = 4


@dataclass(frozen=True, kw_only=True)
class HotIdea:
    """An idea that gathers votes, in one line."""

    title: str
    url: str
    lang: str
    """Its language where that is not the page's; else empty."""
    votes: int
    status: StatusView


def ideas_hot(*, site: Site, viewer: Any, size: int = HOT_SHOWN) -> list[HotIdea]:
    """Return the open ideas that gather votes just now, the hottest first. Queries: 1."""
    boards = Board.objects.filter(site=site).visible_to(viewer).order_by()
    ideas = Idea.objects.filter(site=site, board__in=boards).listed().exclude(status__kind__in=CLOSED)
    hottest = (
        ideas.select_related("status").defer("raw", "cooked").order_by(*(f"-{name}" for name in ORDERS["trending"]))
    )
    return [
        HotIdea(
            title=idea.title,
            url=idea_url(idea),
            lang=idea.language if idea.language != get_language() else "",
            votes=idea.vote_count,
            status=status_view(idea.status),
        )
        for idea in hottest[:size]
    ]
