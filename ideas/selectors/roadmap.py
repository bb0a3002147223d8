"""The roadmap: ideas by the lane of their status."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from community.core.markup import excerpt
from ideas.models import Board, Idea, IdeaFollow, Status
from ideas.states import Lane

SHOWN = 12
"""Cards of one lane; more are behind its link."""
SAY_LENGTH = 120
LANES: dict[str, tuple[str, str, Promise]] = {
    Lane.NOW: ("loader", "work", _("Being built")),
    Lane.NEXT: ("circle-dot", "plan", _("Decided, nobody on it yet")),
    Lane.LATER: ("eye", "warn", _("Wanted, not yet thought through")),
    Lane.SHIPPED: ("circle-check", "ok", _("Newest first")),
}
"""Icon, tone and what a lane means."""


@dataclass(frozen=True, kw_only=True)
class Card:
    """An idea on the roadmap."""

    id: int
    title: str
    url: str
    lang: str
    """Its language when it is not that of the page, else empty."""
    say: str
    """The beginning of the official response."""
    board: str
    votes: int
    following: bool


@dataclass(frozen=True, kw_only=True)
class LaneView:
    """One column."""

    key: str
    name: str
    meaning: str
    icon: str
    tone: str
    cards: tuple[Card, ...]
    more_url: str
    """All ideas of its status; empty when these are all."""

    @property
    def count(self) -> str:
        """How many there are, as far as they are shown."""
        return f"{len(self.cards)}+" if self.more_url else str(len(self.cards))


@dataclass(frozen=True, kw_only=True)
class RoadmapPage:
    """What the page shows."""

    lanes: tuple[LaneView, ...]
    boards: tuple[tuple[str, str, bool], ...]
    """Slug, name, and whether it is the one that is shown."""
    board: str
    """Slug of the board shown; empty for all."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is planned at all."""
        return not any(lane.cards for lane in self.lanes)


def roadmap_page(*, site: Site, viewer: Any, board: str = "") -> RoadmapPage:
    """Return the lanes with their first cards. Raises: Http404 for a board that is not there. Queries: 6, members 7."""
    boards = list(Board.objects.filter(site=site).visible_to(viewer))
    if board and board not in {one.slug for one in boards}:
        raise Http404
    statuses = list(Status.objects.filter(site=site).exclude(lane=Lane.NONE))
    found = {lane: _ideas(site, viewer, board, [one for one in statuses if one.lane == lane], lane) for lane in LANES}
    following = _following(viewer, [idea.pk for ideas in found.values() for idea in ideas])
    return RoadmapPage(
        lanes=tuple(_lane(lane, ideas, statuses, board, following) for lane, ideas in found.items()),
        boards=tuple((one.slug, one.name, one.slug == board) for one in boards),
        board=board,
    )


def roadmap_card(idea_id: int, *, site: Site, viewer: Any) -> Card:
    """Return one card. Raises: Http404 when the viewer may not see it. Queries: 2."""
    ideas = Idea.objects.filter(site=site, pk=idea_id).listed().visible_to(viewer)
    idea = ideas.select_related("board", "response").first()
    if idea is None:
        raise Http404
    return _card(idea, _following(viewer, [idea.pk]))


def _ideas(site: Site, viewer: Any, board: str, statuses: Sequence[Status], lane: str) -> list[Idea]:
    if not statuses:
        return []
    ideas = Idea.objects.filter(site=site, status__in=statuses).listed().visible_to(viewer)
    if board:
        ideas = ideas.filter(board__slug=board)
    order = F("status_at") if lane == Lane.SHIPPED else F("vote_count")
    ideas = ideas.select_related("board", "response").defer("raw", "cooked", "response__raw")
    return list(ideas.order_by(order.desc(), "-pk")[: SHOWN + 1])


def _following(viewer: Any, ids: Iterable[int]) -> set[int]:
    if not getattr(viewer, "is_authenticated", False):
        return set()
    follows = IdeaFollow.objects.filter(member=viewer, idea_id__in=ids, is_on=True)
    return set(follows.values_list("idea_id", flat=True))


def _lane(lane: str, ideas: Sequence[Idea], statuses: Iterable[Status], board: str, following: set[int]) -> LaneView:
    icon, tone, meaning = LANES[lane]
    kind = next((status.kind for status in statuses if status.lane == lane), "")
    here = reverse("ideas:board", args=[board]) if board else reverse("ideas:idea_list")
    return LaneView(
        key=lane,
        name=str(Lane(lane).label),
        meaning=str(meaning),
        icon=icon,
        tone=tone,
        cards=tuple(_card(idea, following) for idea in ideas[:SHOWN]),
        more_url=f"{here}?status={kind}" if len(ideas) > SHOWN else "",
    )


def _card(idea: Idea, following: set[int]) -> Card:
    return Card(
        id=idea.pk,
        title=idea.title,
        url=reverse("ideas:idea", args=[idea.pk, idea.slug]),
        lang=idea.language if idea.language != get_language() else "",
        say=excerpt(idea.response.cooked, length=SAY_LENGTH) if idea.response else "",
        board=idea.board.name,
        votes=idea.vote_count,
        following=idea.pk in following,
    )
