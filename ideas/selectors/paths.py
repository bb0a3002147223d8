"""Paths of boards, ideas and comments without a language prefix, whatever language is active. Queries: none."""

from community.core.addresses import path_plain
from ideas.models import Board, Idea


def board_path(board: Board) -> str:
    """Return the path of a board."""
    return path_plain("ideas:board", board.slug)


def idea_path(idea: Idea) -> str:
    """Return the path of an idea."""
    return path_plain("ideas:idea", idea.pk, idea.slug)


def idea_short_path(idea: Idea) -> str:
    """Return the path of an idea that says nothing of its words, for those who keep it."""
    return path_plain("ideas:idea_by_id", idea.pk)


def comment_path(idea: Idea, number: int) -> str:
    """Return the path of a comment: the idea's page, at its number."""
    return f"{idea_path(idea)}#comment-{number}"
