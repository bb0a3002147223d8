"""Rows of idea lists, boards and statuses, as every page shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import get_language

from community.core.addresses import path_to
from community.core.markup import excerpt
from community.core.permissions import allowed
from ideas.models import Board, Idea, Status, Visibility, Vote
from ideas.querysets import IdeaQuerySet
from ideas.trending import weight_at

SAY_LENGTH = 220
ROW_COLUMNS = (
    *("title", "slug", "cooked", "language", "visibility", "vote_count", "comment_count", "created_at", "trending_at"),
    *("status_at", "author_id", "merged_into_id", "site_id", "status__kind", "status__names", "status__site_id"),
    *("board__slug", "board__name", "board__audience", "board__language", "board__half_life_days"),
    *("author__handle", "author__name", "author__state"),
    *("response__cooked", "response__language", "response__created_at"),
    *("response__member__handle", "response__member__name", "response__member__state"),
)


@dataclass(frozen=True, kw_only=True)
class BoardCard:
    """A board in a list of boards."""

    id: int
    slug: str
    name: str
    description: str
    url: str
    audience: str
    language: str
    half_life_days: int
    idea_count: int


@dataclass(frozen=True, kw_only=True)
class StatusView:
    """A status in words."""

    kind: str
    name: str
    is_closed: bool


@dataclass(frozen=True, kw_only=True)
class VoteButton:
    """What the vote button of an idea shows."""

    id: int
    title: str
    url: str
    votes: int
    voted: bool
    signed_in: bool
    may_press: bool
    is_closed: bool


@dataclass(frozen=True, kw_only=True)
class IdeaRow:
    """An idea in a list."""

    id: int
    title: str
    url: str
    lang: str
    """Its language when it is not that of the page, else empty."""
    say: str
    status: StatusView
    vote: VoteButton
    board: str
    board_url: str
    comments: int
    author: str
    created_at: datetime
    visibility: str
    response: str
    """The beginning of the official response; empty when there is none."""
    response_author: str
    response_at: datetime | None
    merged: int
    """Ideas that were merged into it."""
    half_life_days: int
    weight: float | None = None
    """What its votes weigh now, where that is what the order is about."""

    @property
    def moved_at(self) -> datetime:
        """When it came, or was answered."""
        return self.response_at or self.created_at


def board_card(board: Board) -> BoardCard:
    """Return the card of a board. Queries: 0."""
    return BoardCard(
        id=board.pk,
        slug=board.slug,
        name=board.name,
        description=board.description,
        url=path_to("ideas:board", board.slug),
        audience=board.audience,
        language=board.language,
        half_life_days=board.half_life_days,
        idea_count=board.idea_count,
    )


def status_view(status: Status) -> StatusView:
    """Return a status in the reader's language. Queries: 0."""
    return StatusView(kind=status.kind, name=status.name, is_closed=status.is_closed)


def vote_button(idea: Idea, viewer: Any, *, voted: bool) -> VoteButton:
    """Return the vote button of an idea whose board and status are loaded. Queries: 0."""
    return VoteButton(
        id=idea.pk,
        title=idea.title,
        url=idea_url(idea),
        votes=idea.vote_count,
        voted=voted,
        signed_in=viewer.is_authenticated,
        may_press=allowed("ideas.vote_cast", viewer, idea),
        is_closed=idea.status.is_closed,
    )


def idea_url(idea: Idea) -> str:
    """Return where an idea is, in the page's language. Queries: 0."""
    return path_to("ideas:idea", idea.pk, idea.slug)


def with_rows(ideas: IdeaQuerySet) -> IdeaQuerySet:
    """Load with each idea what its row shows."""
    return ideas.select_related("status", "board", "author", "response__member").only(*ROW_COLUMNS)


def idea_rows(ideas: list[Idea], viewer: Any, *, weighed: bool = False) -> list[IdeaRow]:
    """Return the rows of ideas loaded by `with_rows`, with their weight where wanted.

    Queries: 1, members 2; 0 without ideas.
    """
    if not ideas:
        return []
    ids = [idea.pk for idea in ideas]
    voted = voted_of(viewer, ids)
    merged = dict(
        Idea.objects.filter(merged_into__in=ids, visibility=Visibility.VISIBLE)
        .values_list("merged_into")
        .annotate(Count("id"))
        .order_by()
    )
    now = timezone.now() if weighed else None
    return [_row(idea, viewer, voted=idea.pk in voted, merged=merged, now=now) for idea in ideas]


def voted_of(viewer: Any, ids: Iterable[int]) -> set[int]:
    """Return which of these ideas the viewer voted for. Queries: 0 for visitors, else 1."""
    if not getattr(viewer, "is_authenticated", False):
        return set()
    return set(Vote.objects.filter(member=viewer, idea_id__in=ids).values_list("idea_id", flat=True))


def _row(idea: Idea, viewer: Any, *, voted: bool, merged: Mapping[int, int], now: datetime | None) -> IdeaRow:
    response, half_life_days = idea.response, idea.board.half_life_days
    weight = weight_at(idea.trending_at, now, half_life_days=half_life_days) if now and idea.vote_count else 0.0
    return IdeaRow(
        id=idea.pk,
        title=idea.title,
        url=idea_url(idea),
        lang=idea.language if idea.language != get_language() else "",
        say=excerpt(idea.cooked, length=SAY_LENGTH),
        status=status_view(idea.status),
        vote=vote_button(idea, viewer, voted=voted),
        board=idea.board.name,
        board_url=path_to("ideas:board", idea.board.slug),
        comments=idea.comment_count,
        author=idea.author.display_name,
        created_at=idea.created_at,
        visibility=idea.visibility,
        response=excerpt(response.cooked, length=SAY_LENGTH) if response else "",
        response_author=response.member.display_name if response and response.member else "",
        response_at=response.created_at if response else None,
        merged=merged.get(idea.pk, 0),
        half_life_days=half_life_days,
        weight=round(weight, 1) if now else None,
    )
