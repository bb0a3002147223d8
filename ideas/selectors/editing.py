"""What the page for changing an idea or a comment begins with."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from wagtail.models import Site

from community.activity.screening import changes_held
from ideas.models import Comment, Idea
from ideas.permissions import comment_edit_check, idea_edit_check
from ideas.selectors.idea import place_of
from ideas.selectors.rows import idea_url


@dataclass(frozen=True, kw_only=True)
class Source:
    """Words about to be changed: those that stand, or the viewer's own change of them that waits."""

    id: int
    kind: str
    """Of the subject."""
    number: int
    """Of a comment; 0 for an idea."""
    title: str
    """Empty for a comment."""
    body: str
    edit_number: int
    url: str
    """Where it stands."""
    idea_title: str
    idea_url: str
    board: str
    board_url: str


def idea_to_edit(idea_id: int, *, site: Site, viewer: Any) -> Source:
    """Return an idea the viewer may change. Raises: Http404, Denied. Queries: 2."""
    ideas = Idea.objects.filter(site=site).visible_to(viewer).select_related("board", "status")
    idea: Idea | None = ideas.filter(pk=idea_id).first()
    if idea is None:
        raise Http404
    idea_edit_check(viewer, idea)
    waiting = changes_held("ideas.idea", [idea.pk], author_id=viewer.pk).get(idea.pk, {})
    return Source(
        id=idea.pk,
        kind="ideas.idea",
        number=0,
        title=waiting.get("title", idea.title),
        body=waiting.get("body", idea.raw),
        edit_number=idea.edit_number,
        url=idea_url(idea),
        **_place(idea),
    )


def comment_to_edit(comment_id: int, *, site: Site, viewer: Any) -> Source:
    """Return a comment the viewer may change. Raises: Http404, Denied. Queries: 2."""
    comments = Comment.objects.filter(idea__site=site).visible_to(viewer).select_related("idea__board")
    comment: Comment | None = comments.filter(pk=comment_id).first()
    if comment is None:
        raise Http404
    comment_edit_check(viewer, comment)
    waiting = changes_held("ideas.comment", [comment.pk], author_id=viewer.pk).get(comment.pk, {})
    return Source(
        id=comment.pk,
        kind="ideas.comment",
        number=comment.number,
        title="",
        body=waiting.get("body", comment.raw),
        edit_number=comment.edit_number,
        url=place_of(comment.idea, comment.number),
        **_place(comment.idea),
    )


def _place(idea: Idea) -> dict[str, str]:
    return {
        "idea_title": idea.title,
        "idea_url": idea_url(idea),
        "board": idea.board.name,
        "board_url": reverse("ideas:board", args=[idea.board.slug]),
    }
