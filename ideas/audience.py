"""Who may see what, as audience tokens of loaded rows; `ideas.querysets` says the same as query filters."""

from typing import Any

from community.core.audience import may_see
from community.members.audience import tokens_of
from community.members.visibility import OVERSEERS, part_audience, thing_audience
from ideas.models import Board, Comment, Idea


def board_audience(board: Board) -> frozenset[str]:
    """Return the tokens of a board."""
    return OVERSEERS | {board.audience}


def idea_audience(idea: Idea) -> frozenset[str]:
    """Return the tokens of an idea whose board is loaded. Queries: 0."""
    return thing_audience(idea, idea.board.audience)


def comment_audience(comment: Comment) -> frozenset[str]:
    """Return the tokens of a comment whose idea and board are loaded. Queries: 0."""
    return part_audience(comment, comment.idea, comment.idea.board.audience)


def audience_of(thing: Board | Idea | Comment) -> frozenset[str]:
    """Return the tokens of a thing with all above it loaded. Queries: 0."""
    if isinstance(thing, Comment):
        return comment_audience(thing)
    return idea_audience(thing) if isinstance(thing, Idea) else board_audience(thing)


def sees(viewer: Any, thing: Board | Idea | Comment) -> bool:
    """Tell whether `viewer` (a member or a visitor) sees a loaded thing. Queries: 0."""
    return may_see(audience_of(thing), tokens_of(viewer))
