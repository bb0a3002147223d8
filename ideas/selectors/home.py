"""What the home page shows of the ideas."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from wagtail.models import Site

from community.core.db.prepared import PreparedObjects
from ideas.models import Board, Idea
from ideas.querysets import IdeaQuerySet
from ideas.selectors.lists import ORDERS
from ideas.selectors.rows import StatusView, idea_url, status_view
from ideas.states import CLOSED

HOT_SHOWN = 4
_STATUS = ("status__kind", "status__names", "status__site_id")


@dataclass(frozen=True, kw_only=True)
class HotIdea:
    """An idea that gathers votes, in one line."""

    title: str
    url: str
    lang: str
    """Its language where that is not the page's; else empty."""
    votes: int
    status: StatusView


def _hot(site: int, viewer: Any = None) -> IdeaQuerySet:
    boards = Board.objects.filter(site=site).visible_to(viewer).order_by()
    ideas = Idea.objects.filter(site=site, board__in=boards).listed().exclude(status__kind__in=CLOSED)
    shown = ideas.select_related("status").only("title", "slug", "language", "vote_count", *_STATUS)
    return shown.order_by(*(f"-{name}" for name in ORDERS["trending"]))[:HOT_SHOWN]


_read_hot_for_visitors = PreparedObjects(_hot, "site")


def ideas_hot(*, site: Site, viewer: Any) -> list[HotIdea]:
    """Return the open ideas that gather votes just now, the hottest first. Queries: 1."""
    signed_in = getattr(viewer, "is_authenticated", False)
    hottest = _hot(site.pk, viewer) if signed_in else _read_hot_for_visitors(site=site.pk)
    return [
        HotIdea(
            title=idea.title,
            url=idea_url(idea),
            lang=idea.language if idea.language != get_language() else "",
            votes=idea.vote_count,
            status=status_view(idea.status),
        )
        for idea in hottest
    ]
