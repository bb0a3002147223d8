"""Who may see what, as audience tokens of loaded rows; `ideas.querysets` says the same as query filters."""

from typing import Any

from community.core.audience import may_see, member_token
from community.members.audience import tokens_of
from ideas.models import Board, Comment, Idea, Visibility
from ideas.querysets import OPEN_TO_MEMBERS, OVERSEERS

_OWN = {Visibility.HIDDEN, Visibility.HELD}


def board_audience(board: Board) -> frozenset[str]:
    """Return the tokens of a board."""
    return OVERSEERS | {board.audience}


def idea_audience(idea: Idea) -> frozenset[str]:
    """Return the tokens of an idea whose board is loaded. Queries: 0."""
    return _narrowed(board_audience(idea.board), idea, idea.board)


def comment_audience(comment: Comment) -> frozenset[str]:
    """Return the tokens of a comment whose idea and board are loaded. Queries: 0."""
    board = comment.idea.board
    of_idea = _narrowed(board_audience(board), comment.idea, board)
    of_comment = _narrowed(board_audience(board), comment, board)
    if comment.visibility == Visibility.VISIBLE:
        return of_idea
    return of_comment if comment.idea.visibility == Visibility.VISIBLE else of_idea & of_comment


def _narrowed(audience: frozenset[str], thing: Idea | Comment, board: Board) -> frozenset[str]:
    """A hidden thing is seen by those who oversee, and by its author where every member may read."""
    if thing.visibility == Visibility.VISIBLE:
        return audience
    if thing.visibility in _OWN and board.audience in OPEN_TO_MEMBERS:
        return OVERSEERS | {member_token(thing.author_id)}
    return OVERSEERS


def audience_of(thing: Board | Idea | Comment) -> frozenset[str]:
    """Return the tokens of a thing with all above it loaded. Queries: 0."""
    if isinstance(thing, Comment):
        return comment_audience(thing)
    return idea_audience(thing) if isinstance(thing, Idea) else board_audience(thing)


def sees(viewer: Any, thing: Board | Idea | Comment) -> bool:
    """Tell whether `viewer` (a member or a visitor) sees a loaded thing. Queries: 0."""
    return may_see(audience_of(thing), tokens_of(viewer))
