"""Between selectors and templates: orders, filters and crumbs in words. Queries: none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from community.core.audience import PUBLIC
from ideas.selectors.lists import ANY
from ideas.selectors.rows import StatusView


@dataclass(frozen=True, kw_only=True)
class Link:
    """A crumb, a tab, a filter."""

    text: str
    url: str
    current: bool = False
    count: int | None = None
    status: StatusView | None = None


def list_context(page: Any, query: Mapping[str, str]) -> dict[str, Any]:
    """Return what the list page shows beside its rows."""
    here = page.board.url if page.board else reverse("ideas:idea_list")
    kept = {name: value for name, value in query.items() if name in ("order", "status") and value}
    statuses = {name: value for name, value in kept.items() if name == "order" and value != "shipped"}
    orders = {"trending": _("Trending"), "top": _("Top"), "new": _("New"), "shipped": _("Recently shipped")}
    return {
        "here": here,
        "feed_url": _feed_url(page.board),
        "tabs": [
            Link(text=text, url=_address(here, _ordered(kept, order)), current=page.filter.order == order)
            for order, text in orders.items()
        ],
        "all_open": Link(
            text=_("All open"),
            url=_address(here, statuses),
            current=not page.filter.status,
            count=page.open_count,
        ),
        "filters": [
            Link(
                text=counted.status.name,
                url=_address(here, {**statuses, "status": counted.status.kind}),
                current=page.filter.status == counted.status.kind,
                count=counted.count,
                status=counted.status,
            )
            for counted in page.statuses
        ],
        "everything_url": _address(here, {**statuses, "status": ANY}),
        "newer_url": _address(here, {**kept, "before": page.newer}) if page.newer else "",
        "older_url": _address(here, {**kept, "after": page.older}) if page.older else "",
        "crumbs": [Link(text=_("Ideas"), url=reverse("ideas:idea_list"))] if page.board else [],
    }


def _feed_url(board: Any) -> str:
    """Return the feed of a list; empty for a board that visitors may not read, which has none."""
    if board is None:
        return reverse("ideas:feed")
    return reverse("ideas:board_feed", args=[board.slug]) if board.audience == PUBLIC else ""


def mine_context(page: Any) -> dict[str, Any]:
    """Return the tabs and pages of a member's own ideas."""
    here = reverse("ideas:mine")
    names = {"voted": _("Voted"), "shared": _("Shared by you"), "followed": _("Followed")}
    return {
        "crumbs": [Link(text=_("Ideas"), url=reverse("ideas:idea_list"))],
        "tabs": [
            Link(text=text, url=_address(here, {"tab": tab}), current=page.tab == tab, count=page.counts[tab])
            for tab, text in names.items()
        ],
        "newer_url": _address(here, {"tab": page.tab, "before": page.newer}) if page.newer else "",
        "older_url": _address(here, {"tab": page.tab, "after": page.older}) if page.older else "",
    }


def _ordered(kept: Mapping[str, str], order: str) -> dict[str, str]:
    """Return a query with another order: what was shipped recently has its own status."""
    query = {name: value for name, value in kept.items() if name == "status" and order != "shipped"}
    return query if order == "trending" else {**query, "order": order}


def _address(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(sorted(query.items()))}" if query else path
