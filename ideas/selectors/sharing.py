"""Where the viewer may share an idea."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from wagtail.models import Site

from community.core.permissions import allowed, denial
from ideas.models import Board
from ideas.selectors.rows import BoardCard, board_card


@dataclass(frozen=True, kw_only=True)
class SharePage:
    """The boards to choose among, and why there is none."""

    boards: list[BoardCard]
    board: BoardCard | None
    """The one the address names, or the only one."""
    denial: str


def share_page(*, site: Site, viewer: Any, slug: str = "") -> SharePage:
    """Return where the member may share an idea. Queries: 1."""
    seen = list(Board.objects.filter(site=site).visible_to(viewer))
    boards = [board_card(board) for board in seen if allowed("ideas.idea_share", viewer, board)]
    refused = denial("ideas.idea_share", viewer, seen[0]) if seen and not boards else None
    chosen = next((board for board in boards if board.slug == slug), boards[0] if len(boards) == 1 else None)
    return SharePage(boards=boards, board=chosen, denial=str(refused.reason) if refused else "")


def board_for_sharing(slug: str, *, site: Site, viewer: Any) -> Board:
    """Return the board of an address. Raises: Http404 when the viewer may not see it. Queries: 1."""
    board: Board | None = Board.objects.filter(site=site, slug=slug).visible_to(viewer).first()
    if board is None:
        raise Http404
    return board
