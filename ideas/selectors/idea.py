"""The page of an idea: its words, where it stands and how it came there, comments, what the viewer may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from wagtail.models import Site

from community.core.permissions import allowed, denial
from community.members.people import PersonCard, person_card
from community.members.permissions import is_staff_member
from community.members.visibility import oversees
from ideas.models import Comment, Idea, IdeaFollow, Status, StatusChange, Visibility, Vote
from ideas.permissions import idea_delete_check
from ideas.selectors.rows import (
    IdeaRow,
    StatusView,
    VoteButton,
    idea_rows,
    idea_url,
    status_view,
    vote_button,
    voted_of,
    with_rows,
)
from ideas.selectors.similar import SimilarIdea, similar_ideas
from ideas.states import StatusKind

WINDOW = 30
"""Comments on one page of an idea."""
VOTERS_SHOWN = 7


@dataclass(frozen=True, kw_only=True)
class CommentView:
    """A comment as the viewer sees it; of a stub only number and time."""

    id: int
    number: int
    is_stub: bool
    author: PersonCard
    cooked: str
    language: str
    visibility: str
    created_at: datetime
    edited: bool
    may_edit: bool
    may_delete: bool
    may_moderate: bool
    may_flag: bool


@dataclass(frozen=True, kw_only=True)
class ResponseView:
    """A move of the idea, and the official response that came with it."""

    status: StatusView
    moved: bool
    """Whether the status changed with it."""
    at: datetime
    author: PersonCard | None
    cooked: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One status on the way, and when the idea reached it."""

    status: StatusView
    at: datetime | None
    state: str
    """`done`, `now` or empty for what is to come."""


@dataclass(frozen=True, kw_only=True)
class IdeaPage:
    """Everything the page of an idea shows."""

    id: int
    title: str
    url: str
    cooked: str
    language: str
    board: str
    board_url: str
    author: PersonCard
    created_at: datetime
    visibility: str
    status: StatusView
    vote: VoteButton
    signed_in: bool
    is_staff: bool
    following: bool
    followers: int
    response: ResponseView | None
    history: list[ResponseView]
    """Every move and response, newest first."""
    steps: list[Step]
    comment_count: int
    last_number: int
    """Highest comment number ever given: what is newer is news."""
    comments: list[CommentView]
    earlier_url: str
    later_url: str
    voters: list[PersonCard]
    more_voters: int
    similar: list[SimilarIdea]
    merged: list[tuple[str, str]]
    """Title and path of the ideas that were merged into it."""
    may_comment: bool
    comment_denial: str
    edited: bool
    may_edit: bool
    may_delete: bool
    may_moderate: bool
    may_flag: bool


def idea_for(idea_id: int, *, site: Site, viewer: Any) -> Idea:
    """Return an idea with board, status and author. Raises: Http404 when the viewer may not see it. Queries: 1."""
    ideas = Idea.objects.filter(site=site).visible_to(viewer).select_related("board", "status", "author")
    idea: Idea | None = ideas.filter(pk=idea_id).defer("raw").first()
    if idea is None:
        raise Http404
    return idea


def idea_to_delete(idea_id: int, *, site: Site, viewer: Any) -> IdeaRow:
    """Return the row of an idea somebody is about to delete. Raises: Http404, Denied. Queries: 3."""
    idea_delete_check(viewer, idea_for(idea_id, site=site, viewer=viewer))
    return idea_rows(list(with_rows(Idea.objects.filter(pk=idea_id))), viewer)[0]


def merged_url(idea: Idea, *, viewer: Any) -> str:
    """Return where a merged idea went, through every merge; empty for one that was not, or when the viewer may not go
    there. Queries: 1 a merge.
    """
    target: Idea | None = idea
    while target and target.merged_into_id:
        target = Idea.objects.visible_to(viewer).filter(pk=target.merged_into_id).first()
    return idea_url(target) if target and target.pk != idea.pk else ""


def vote_press(idea_id: int, *, site: Site, viewer: Any) -> VoteButton:
    """Return the vote button of an idea after a press. Raises: Http404. Queries: 2."""
    idea = idea_for(idea_id, site=site, viewer=viewer)
    return vote_button(idea, viewer, voted=bool(voted_of(viewer, [idea.pk])))


def comment_url(comment_id: int, *, site: Site, viewer: Any) -> str:
    """Return where a comment stands on its idea's page. Raises: Http404. Queries: 1."""
    comments = Comment.objects.visible_to(viewer).filter(pk=comment_id, idea__site=site)
    comment: Comment | None = comments.select_related("idea").defer("raw", "cooked", "idea__raw").first()
    if comment is None:
        raise Http404
    return place_of(comment.idea, comment.number)


def sent_url(sent: Idea | Comment, *, viewer: Any) -> tuple[str, bool]:
    """Return where an author is led after sending something, and whether they see it there. Queries: 1 to 4.

    What is held on a board that not every member may read is its moderators' alone: then to what is above it.
    """
    if isinstance(sent, Comment):
        if Comment.objects.visible_to(viewer).filter(pk=sent.pk).exists():
            return place_of(sent.idea, sent.number), True
        return sent_url(sent.idea, viewer=viewer)[0], False
    if Idea.objects.visible_to(viewer).filter(pk=sent.pk).exists():
        return idea_url(sent), True
    return reverse("ideas:board", args=[sent.board.slug]), False


def place_of(idea: Idea, number: int) -> str:
    """Return where comment `number` is: of many comments, on the page that holds it. Queries: 0."""
    page = f"?from={number}" if number > WINDOW else ""
    return f"{idea_url(idea)}{page}#comment-{number}"


def _voters(idea: Idea) -> list[PersonCard]:
    """Return the latest voters. Queries: 1."""
    votes = Vote.objects.filter(idea=idea).select_related("member").order_by("-voted_at", "-pk")
    return [person_card(vote.member) for vote in votes[:VOTERS_SHOWN]]


def idea_page(idea_id: int, *, site: Site, viewer: Any, first: int = 1) -> IdeaPage:
    """Return the page of an idea with the window of comments that begins at number `first`.

    Raises: Http404. Queries: 10, members 12; those of `similar_ideas`.
    """
    idea = idea_for(idea_id, site=site, viewer=viewer)
    follows = IdeaFollow.objects.filter(idea=idea, is_on=True)
    signed_in = bool(getattr(viewer, "is_authenticated", False))
    history = _history(idea)
    comments, earlier_url, later_url = _comments(idea, viewer, first)
    return IdeaPage(
        id=idea.pk,
        title=idea.title,
        url=idea_url(idea),
        cooked=idea.cooked,
        language=idea.language,
        board=idea.board.name,
        board_url=reverse("ideas:board", args=[idea.board.slug]),
        author=person_card(idea.author),
        created_at=idea.created_at,
        visibility=idea.visibility,
        status=status_view(idea.status),
        vote=vote_button(idea, viewer, voted=bool(voted_of(viewer, [idea.pk]))),
        signed_in=signed_in,
        is_staff=is_staff_member(viewer),
        following=signed_in and follows.filter(member=viewer).exists(),
        followers=follows.count(),
        response=next((view for change, view in history if change.pk == idea.response_id), None),
        history=[view for _change, view in history],
        steps=_steps(idea, [change for change, _view in history]),
        comment_count=idea.comment_count,
        last_number=idea.highest_number,
        comments=comments,
        earlier_url=earlier_url,
        later_url=later_url,
        voters=_voters(idea),
        more_voters=max(0, idea.vote_count - VOTERS_SHOWN),
        similar=similar_ideas(
            title=idea.title, text="", site=site, viewer=viewer, language=idea.language, exclude=idea.pk
        ),
        merged=_merged(idea, viewer),
        edited=idea.edit_number > 0,
        **_may(idea, viewer),
    )


def _may(idea: Idea, viewer: Any) -> dict[str, Any]:
    """Return what the viewer may do, and why not. Queries: 0."""
    refused = denial("ideas.comment_create", viewer, idea)
    return {
        "may_comment": refused is None,
        "comment_denial": str(refused.reason) if refused else "",
        "may_edit": allowed("ideas.idea_edit", viewer, idea),
        "may_delete": allowed("ideas.idea_delete", viewer, idea) and idea.visibility != Visibility.DELETED,
        "may_moderate": allowed("ideas.visibility_change", viewer, idea),
        "may_flag": idea.visibility == Visibility.VISIBLE and allowed("moderation.flag_create", viewer, idea.author_id),
    }


def _merged(idea: Idea, viewer: Any) -> list[tuple[str, str]]:
    rows = Idea.objects.visible_to(viewer).filter(merged_into=idea).only("title", "slug").order_by("pk")
    return [(row.title, idea_url(row)) for row in rows]


def _history(idea: Idea) -> list[tuple[StatusChange, ResponseView]]:
    """Return every move and response, newest first. Queries: 1."""
    changes = StatusChange.objects.filter(idea=idea).select_related("before", "after", "member").order_by("-pk")
    return [
        (
            change,
            ResponseView(
                status=status_view(change.after),
                moved=change.before_id != change.after_id,
                at=change.created_at,
                author=person_card(change.member) if change.member else None,
                cooked=change.cooked,
                language=change.language,
            ),
        )
        for change in changes
    ]


def _steps(idea: Idea, changes: Iterable[StatusChange]) -> list[Step]:
    """Return the statuses the idea went through, the one it has, and those still to come. Queries: 1."""
    reached = {change.after_id: change.created_at for change in reversed(list(changes))}
    steps: list[Step] = []
    for status in Status.objects.filter(site_id=idea.site_id):
        at = reached.get(status.pk) or (idea.created_at if status.kind == StatusKind.OPEN else None)
        if status.pk == idea.status_id:
            steps.append(Step(status=status_view(status), at=at or idea.status_at, state="now"))
        elif status.position < idea.status.position:
            if at:
                steps.append(Step(status=status_view(status), at=at, state="done"))
        elif status.kind != StatusKind.DECLINED and not idea.status.is_closed:
            steps.append(Step(status=status_view(status), at=None, state=""))
    return steps


def _comments(idea: Idea, viewer: Any, first: int) -> tuple[list[CommentView], str, str]:
    """Return a window of comments, oldest first, and where the ones before and after are. Queries: 1."""
    rows = Comment.objects.filter(idea=idea, number__gte=first).select_related("author").order_by("number")
    found = list(rows.defer("raw")[: WINDOW + 1])
    earlier = f"{idea_url(idea)}?from={max(1, first - WINDOW)}#comments" if first > 1 else ""
    later = f"{idea_url(idea)}?from={found[WINDOW].number}#comments" if len(found) > WINDOW else ""
    views = []
    for comment in found[:WINDOW]:
        comment.idea = idea
        views.append(_comment_view(comment, viewer))
    return views, earlier, later


def _comment_view(comment: Comment, viewer: Any) -> CommentView:
    seen = allowed("ideas.comment_view", viewer, comment)
    visible = comment.visibility == Visibility.VISIBLE
    return CommentView(
        id=comment.pk,
        number=comment.number,
        is_stub=not seen,
        author=person_card(comment.author),
        cooked=comment.cooked if seen else "",
        language=comment.language,
        visibility=comment.visibility,
        created_at=comment.created_at,
        edited=comment.edit_number > 0,
        may_edit=seen and allowed("ideas.comment_edit", viewer, comment),
        may_delete=allowed("ideas.comment_delete", viewer, comment) and comment.visibility != Visibility.DELETED,
        may_moderate=oversees(viewer) and allowed("ideas.visibility_change", viewer, comment),
        may_flag=visible and allowed("moderation.flag_create", viewer, comment.author_id),
    )
