"""Boards and ideas as programs read them: one frozen dataclass a thing, which is also its schema in the API."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, Value
from django.http import Http404
from django.urls import reverse
from wagtail.models import Site

from community.core.paging import keyset_page
from community.members.records import PersonRecord, person_record
from ideas.audience import sees
from ideas.models import Board, Idea, Vote
from ideas.querysets import BoardQuerySet

ORDERS = {"trending": "trending_at", "top": "vote_count", "new": "created_at"}
"""By the name in the address, the column that comes first; the id is the second."""


@dataclass(frozen=True, kw_only=True)
class BoardRecord:
    """A board."""

    slug: str
    name: str
    description: str
    language: str
    ideas: int


@dataclass(frozen=True, kw_only=True)
class IdeaRecord:
    """An idea without its text."""

    id: int
    title: str
    url: str
    board: str
    """Slug of its board."""
    status: str
    """Kind of its status."""
    status_name: str
    author: PersonRecord
    language: str
    visibility: str
    votes: int
    voted: bool
    """The caller voted for it."""
    comments: int
    merged_into_id: int | None
    created_at: datetime
    status_at: datetime


@dataclass(frozen=True, kw_only=True)
class IdeaText(IdeaRecord):
    """An idea with its text and the official response."""

    body: str
    html: str
    response_html: str | None


def board_records(*, site: Site, viewer: Any) -> list[BoardRecord]:
    """Return the boards of the site the viewer may see, in order. Queries: 1."""
    return [
        BoardRecord(
            slug=board.slug,
            name=board.name,
            description=board.description,
            language=board.language,
            ideas=board.idea_count,
        )
        for board in _boards(site, viewer)
    ]


def board_named(slug: str, *, site: Site, viewer: Any) -> Board | None:
    """Return a board the viewer may see, None when there is none. Queries: 1."""
    board: Board | None = _boards(site, viewer).filter(slug=slug).first()
    return board


def idea_records(
    *,
    site: Site,
    viewer: Any,
    board: str = "",
    status: str = "",
    sort: str = "trending",
    size: int = 30,
    after: str = "",
) -> tuple[list[IdeaRecord], str]:
    """Return ideas as a list shows them, and the cursor of the next page (empty: none).

    Args:
        board: a slug; empty for all the viewer may see.
        status: a kind of status; empty for all.
        sort: one of ORDERS.
    Raises: Http404 for a board that is not there for the viewer. Queries: 2.
    """
    ids = [one.pk for one in _boards(site, viewer) if board in ("", one.slug)]
    if board and not ids:
        raise Http404
    ideas = _ideas(viewer).listed().filter(site=site, board__in=ids)
    if status:
        ideas = ideas.filter(status__kind=status)
    page = keyset_page(ideas, by=(ORDERS[sort], "id"), size=size, after=after)
    return [IdeaRecord(**_idea(idea)) for idea in page.rows], page.older


def idea_record(idea_id: int, *, site: Site, viewer: Any) -> IdeaText:
    """Return an idea with its text. Raises: Http404 when it is not there for the viewer. Queries: 1."""
    idea = _ideas(viewer).filter(pk=idea_id, site=site).select_related("response").first()
    if idea is None or not sees(viewer, idea):
        raise Http404
    response = idea.response.cooked if idea.response else None
    return IdeaText(**_idea(idea), body=idea.raw, html=idea.cooked, response_html=response)


def _boards(site: Site, viewer: Any) -> BoardQuerySet:
    boards: BoardQuerySet = Board.objects.filter(site=site).visible_to(viewer)
    return boards


def _ideas(viewer: Any) -> Any:
    voted: Any = Value(False, output_field=BooleanField())
    if viewer.is_authenticated:
        voted = Exists(Vote.objects.filter(idea=OuterRef("pk"), member=viewer))
    return Idea.objects.select_related("board", "status", "author").annotate(voted=voted)


def _idea(idea: Any) -> dict[str, Any]:
    return {
        "id": idea.pk,
        "title": idea.title,
        "url": reverse("ideas:idea", args=[idea.pk, idea.slug]),
        "board": idea.board.slug,
        "status": idea.status.kind,
        "status_name": idea.status.name,
        "author": person_record(idea.author),
        "language": idea.language,
        "visibility": idea.visibility,
        "votes": idea.vote_count,
        "voted": idea.voted,
        "comments": idea.comment_count,
        "merged_into_id": idea.merged_into_id,
        "created_at": idea.created_at,
        "status_at": idea.status_at,
    }
