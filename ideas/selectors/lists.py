"""Lists of ideas: a board, all of a site, or a member's own; order and filters stand in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F
from django.http import Http404
from wagtail.models import Site

from community.core.db.prepared import PreparedObjects
from community.core.paging import keyset_page
from community.core.permissions import allowed
from ideas.audience import sees
from ideas.models import Board, Idea, Status
from ideas.querysets import IdeaQuerySet
from ideas.selectors.rows import BoardCard, IdeaRow, StatusView, board_card, idea_rows, status_view, with_rows
from ideas.states import CLOSED, StatusKind

PAGE_SIZE = 20
ORDERS = {
    "trending": ("trending_at", "id"),
    "top": ("vote_count", "id"),
    "new": ("created_at", "id"),
    "shipped": ("status_at", "id"),
}
"""Name in the address -> columns, the highest first."""
MINE = ("voted", "shared", "followed")
ANY = "all"


@dataclass(frozen=True, kw_only=True)
class IdeaFilter:
    """What a list shows. Made from an address by `idea_filter`."""

    order: str = "trending"
    status: str = ""
    """A kind of status; empty for all that are open, `all` for everything."""


@dataclass(frozen=True, kw_only=True)
class StatusCount:
    """A kind of status, and how many listed ideas have it."""

    status: StatusView
    count: int


@dataclass(frozen=True, kw_only=True)
class IdeaListPage:
    """A page of ideas of a board, or (board None) of the site."""

    board: BoardCard | None
    filter: IdeaFilter
    rows: list[IdeaRow]
    newer: str
    """Value of `before` for the page before; empty on the first."""
    older: str
    """Value of `after` for the next page; empty on the last."""
    boards: list[BoardCard]
    """All boards the viewer may see, in order."""
    statuses: list[StatusCount]
    open_count: int
    may_share: bool
    has_ideas: bool
    """Whether there is any idea, whatever the filters say."""


@dataclass(frozen=True, kw_only=True)
class MinePage:
    """Ideas the viewer shared, voted for or follows, what moved last first."""

    tab: str
    rows: list[IdeaRow]
    newer: str
    older: str
    counts: Mapping[str, int] = field(default_factory=dict)
    """By tab."""


def idea_filter(query: Mapping[str, str]) -> IdeaFilter:
    """Read a filter from the query of an address; what it does not know is ignored. Queries: 0."""
    order, status = query.get("order", ""), query.get("status", "")
    if order == "shipped":
        status = StatusKind.SHIPPED.value
    return IdeaFilter(
        order=order if order in ORDERS else "trending",
        status=status if status in StatusKind.values or status == ANY else "",
    )


def board_page(slug: str, *, site: Site, viewer: Any, query: Mapping[str, str], size: int = PAGE_SIZE) -> IdeaListPage:
    """Return a page of the board `slug`, as the query of its address says (order, status, after, before).

    Raises: Http404 when there is none that the viewer may see. Queries: 5, members 6.
    """
    boards = boards_of(site=site, viewer=viewer)
    board = next((board for board in boards if board.slug == slug), None)
    if board is None:
        raise Http404
    return _page(board, boards, site=site, viewer=viewer, query=query, size=size)


def idea_list_page(*, site: Site, viewer: Any, query: Mapping[str, str], size: int = PAGE_SIZE) -> IdeaListPage:
    """Return a page of all ideas of the site the viewer may see. Queries: 5, members 6."""
    boards = boards_of(site=site, viewer=viewer)
    return _page(None, boards, site=site, viewer=viewer, query=query, size=size)


def mine_page(*, site: Site, viewer: Any, query: Mapping[str, str], size: int = PAGE_SIZE) -> MinePage:
    """Return a page of what the member shared, voted for or follows. Queries: 6."""
    tab = query.get("tab", "")
    tab = tab if tab in MINE else MINE[0]
    seen = Idea.objects.filter(site=site).visible_to(viewer)
    mine = {
        "voted": seen.filter(merged_into__isnull=True, votes__member=viewer),
        "shared": seen.filter(author=viewer),
        "followed": seen.filter(merged_into__isnull=True, follows__member=viewer, follows__is_on=True),
    }
    page = keyset_page(
        with_rows(mine[tab]),
        by=("status_at", "id"),
        size=size,
        after=query.get("after", ""),
        before=query.get("before", ""),
    )
    return MinePage(
        tab=tab,
        rows=idea_rows(page.rows, viewer),
        newer=page.newer,
        older=page.older,
        counts={name: ideas.count() for name, ideas in mine.items()},
    )


_boards_in = PreparedObjects(lambda site: Board.objects.filter(site=site), "site")
_statuses_of = PreparedObjects(lambda site: Status.objects.filter(site=site), "site")


def boards_of(*, site: Site, viewer: Any) -> list[BoardCard]:
    """Return the boards of the site the viewer may see, in order. Queries: 1."""
    return [board_card(board) for board in _boards_in(site=site.pk) if sees(viewer, board)]


def _page(
    board: BoardCard | None,
    boards: list[BoardCard],
    *,
    site: Site,
    viewer: Any,
    query: Mapping[str, str],
    size: int,
) -> IdeaListPage:
    wanted = idea_filter(query)
    ideas = _listed_in(site, [board.id] if board else [one.id for one in boards])
    statuses: list[Status] = _statuses_of(site=site.pk)
    counts = dict(ideas.order_by().values_list("status_id").annotate(Count("id")))
    page = keyset_page(
        with_rows(ideas.filter(status_id__in=_wanted(statuses, wanted))),
        by=ORDERS[wanted.order],
        size=size,
        after=query.get("after", ""),
        before=query.get("before", ""),
    )
    return IdeaListPage(
        board=board,
        filter=wanted,
        rows=idea_rows(page.rows, viewer, weighed=wanted.order == "trending"),
        newer=page.newer,
        older=page.older,
        boards=boards,
        statuses=_counted(statuses, counts),
        open_count=sum(counts.get(status.pk, 0) for status in statuses if not status.is_closed),
        may_share=bool(boards) and allowed("ideas.idea_share", viewer, Board(audience=(board or boards[0]).audience)),
        has_ideas=bool(counts),
    )


def _listed_in(site: Site, board_ids: list[int]) -> IdeaQuerySet:
    """Keep the listed ideas of these boards of a site, which the caller knows to be open to the viewer.

    With several boards the index of the site's ideas gives the order, and each row's board is looked at: the sum keeps
    a database from collecting all ideas of all boards in order to sort them.
    """
    ideas = Idea.objects.filter(site=site).listed()
    if len(board_ids) == 1:
        return ideas.filter(board_id=board_ids[0])
    return ideas.alias(of_board=F("board_id") + 0).filter(of_board__in=board_ids)


def _wanted(statuses: list[Status], wanted: IdeaFilter) -> list[int]:
    """Return the ids of the statuses a filter lets through."""
    return [
        status.pk
        for status in statuses
        if wanted.status == ANY or status.kind == wanted.status or (not wanted.status and status.kind not in CLOSED)
    ]


def _counted(statuses: list[Status], counts: Mapping[int, int]) -> list[StatusCount]:
    """Return each kind once, under the name of its first status."""
    first: dict[str, Status] = {}
    totals: dict[str, int] = {}
    for status in statuses:
        first.setdefault(status.kind, status)
        totals[status.kind] = totals.get(status.kind, 0) + counts.get(status.pk, 0)
    return [StatusCount(status=status_view(status), count=totals[kind]) for kind, status in first.items()]
