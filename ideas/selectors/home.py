"""What the home page shows of the ideas."""

from typing import Any

from wagtail.models import Site

from ideas.models import Board, Idea
from ideas.selectors.lists import ORDERS
from ideas.selectors.rows import IdeaRow, idea_rows, with_rows
from ideas.states import CLOSED

HOT_SHOWN = 4


def ideas_hot(*, site: Site, viewer: Any, size: int = HOT_SHOWN) -> list[IdeaRow]:
    """Return the open ideas that gather votes just now, the hottest first. Queries: 2, members 3; 1 without ideas."""
    boards = Board.objects.filter(site=site).visible_to(viewer).order_by()
    ideas = Idea.objects.filter(site=site, board__in=boards).listed().exclude(status__kind__in=CLOSED)
    return idea_rows(list(with_rows(ideas).order_by(*(f"-{name}" for name in ORDERS["trending"]))[:size]), viewer)
