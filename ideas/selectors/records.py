"""Boards, ideas and comments as programs read them: a frozen dataclass a thing, also its schema in the API."""

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
from ideas.models import Board, Comment, Idea, Vote
from ideas.querysets import BoardQuerySet
from ideas.selectors.idea import place_of

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
    edit_number: int
    response_html: str | None


@dataclass(frozen=True, kw_only=True)
class CommentRecord:
    """A comment on an idea."""

    id: int
    idea_id: int
    number: int
    url: str
    author: PersonRecord
    body: str
    html: str
    language: str
    visibility: str
    edit_number: int
    created_at: datetime


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
    idea = _texts(viewer).filter(pk=idea_id, site=site).first()
    if idea is None or not sees(viewer, idea):
        raise Http404
    return _text(idea)


def idea_sent(sent: Idea) -> IdeaText:
    """Return an idea to who has just sent it, also where it is its moderators' alone from now on. Queries: 1."""
    return _text(_texts(sent.author).get(pk=sent.pk))


def comment_records(
    idea_id: int, *, site: Site, viewer: Any, size: int = 30, after: int = 0
) -> tuple[list[CommentRecord], str]:
    """Return the comments of an idea the viewer may see by number, and the cursor of the next page.

    Args:
        after: the number of the last comment that was shown.
    Raises: Http404 when the idea is not there for the viewer. Queries: 2.
    """
    idea = Idea.objects.filter(pk=idea_id, site=site).select_related("board").first()
    if idea is None or not sees(viewer, idea):
        raise Http404
    comments = _comments().visible_to(viewer).filter(idea=idea, number__gt=after).order_by("number")
    found = list(comments[: size + 1])
    following = str(found[size - 1].number) if len(found) > size else ""
    return [_comment(comment) for comment in found[:size]], following


def comment_record(comment_id: int, *, site: Site, viewer: Any) -> CommentRecord:
    """Return a comment. Raises: Http404 when it is not there for the viewer. Queries: 1."""
    comment = _comments().filter(pk=comment_id, idea__site=site).first()
    if comment is None or not sees(viewer, comment):
        raise Http404
    return _comment(comment)


def comment_sent(sent: Comment) -> CommentRecord:
    """Return a comment to who has just sent it, also where it is its moderators' alone from now on. Queries: 1."""
    return _comment(_comments().get(pk=sent.pk))


def _comments() -> Any:
    return Comment.objects.select_related("author", "idea__board")


def _boards(site: Site, viewer: Any) -> BoardQuerySet:
    boards: BoardQuerySet = Board.objects.filter(site=site).visible_to(viewer)
    return boards


def _ideas(viewer: Any) -> Any:
    voted: Any = Value(False, output_field=BooleanField())
    if viewer.is_authenticated:
        voted = Exists(Vote.objects.filter(idea=OuterRef("pk"), member=viewer))
    return Idea.objects.select_related("board", "status", "author").annotate(voted=voted)


def _texts(viewer: Any) -> Any:
    return _ideas(viewer).select_related("response")


def _text(idea: Any) -> IdeaText:
    response = idea.response.cooked if idea.response else None
    return IdeaText(
        **_idea(idea), body=idea.raw, html=idea.cooked, edit_number=idea.edit_number, response_html=response
    )


def _comment(comment: Comment) -> CommentRecord:
    return CommentRecord(
        id=comment.pk,
        idea_id=comment.idea_id,
        number=comment.number,
        url=place_of(comment.idea, comment.number),
        author=person_record(comment.author),
        body=comment.raw,
        html=comment.cooked,
        language=comment.language,
        visibility=comment.visibility,
        edit_number=comment.edit_number,
        created_at=comment.created_at,
    )


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
