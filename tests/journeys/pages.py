"""Which pages there are, from the table of routes: a route that joins the table joins every crawl."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from tests.leaks.routes import ROUTES, address, allowed, route_names, words_of
from tests.leaks.served import ServedWorld

ROLES = ["visitor", "customer", "moderator", "product_manager", "support_agent", "administrator"]
ACCOUNT_PAGES = ("account_", "mfa_", "usersessions_", "outbox")
"""Pages of the sign-in family and the outbox; who may use them is no matter of the table."""
FILES = {"branding:theme_export", "robots", "sitemap", "sitemap_part"}
"""What a browser saves instead of showing, and what only machines read: it has no other language and no look."""
RICH = ["/t/1/", "/t/6/", "/c/heat-pumps/", "/nothing/at/this/address/"]
"""Pages of the demo that show more than the small world of the table does, and the page that is none."""
DIFFERENT_WHEN_SIGNED_IN = {"portal:home", "forums:ask", "forums:topic", "forums:category", "members:profile"}


class PageAddress(NamedTuple):
    """A page: the name of its route and where it is."""

    name: str
    path: str


def pages_of(world: ServedWorld, persona: str) -> list[PageAddress]:
    """Return every page a persona may open, each address once."""
    found = [*_of_the_table(world, persona), *_account_pages(), *(PageAddress("demo", path) for path in RICH)]
    return list({page.path: page for page in found}.values())


def pages_seen_first_by(world: ServedWorld, personas: list[str]) -> dict[str, list[PageAddress]]:
    """Return the pages of each persona that none before it may open: together every page there is."""
    seen: set[PageAddress] = set()
    found: dict[str, list[PageAddress]] = {}
    for persona in personas:
        found[persona] = [page for page in pages_of(world, persona) if page not in seen]
        seen.update(found[persona])
    return found


def one_of_each(world: ServedWorld, role: str) -> list[PageAddress]:
    """Return one address of each page; of a member those that a visitor cannot open or sees otherwise."""
    pages = {page.path if page.name == "demo" else page.name: page for page in pages_of(world, role)}
    if role == "visitor":
        return list(pages.values())
    visitors = {page.name for page in pages_of(world, "visitor")} - DIFFERENT_WHEN_SIGNED_IN
    return [page for page in pages.values() if page.name not in visitors or page.path in RICH[:1]]


def _of_the_table(world: ServedWorld, persona: str) -> Iterator[PageAddress]:
    for route in ROUTES:
        if route.get("method", "GET") == "GET" and persona in allowed(route) and route["name"] not in FILES:
            query = urlencode(words_of(route, "data", world.values))
            yield PageAddress(route["name"], address(route, world.values) + (f"?{query}" if query else ""))


def _account_pages() -> Iterator[PageAddress]:
    for name in route_names():
        if name.startswith(ACCOUNT_PAGES):
            try:
                yield PageAddress(name, reverse(name))
            except NoReverseMatch:  # a page of one key or one session
                continue
