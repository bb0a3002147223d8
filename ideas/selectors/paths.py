"""Paths of boards, ideas and comments without a language prefix, whatever language is active. Queries: none."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from ideas.models import Board, Idea


def _path(name: str, *args: object) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse(name, args=args)


def board_path(board: Board) -> str:
    """Return the path of a board."""
    return _path("ideas:board", board.slug)


def idea_path(idea: Idea) -> str:
    """Return the path of an idea."""
    return _path("ideas:idea", idea.pk, idea.slug)


def idea_short_path(idea: Idea) -> str:
    """Return the path of an idea that says nothing of its words, for those who keep it."""
    return _path("ideas:idea_by_id", idea.pk)


def comment_path(idea: Idea, number: int) -> str:
    """Return the path of a comment: the idea's page, at its number."""
    return f"{idea_path(idea)}#comment-{number}"
