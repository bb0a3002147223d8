"""Every route as every persona: whoever may is served, everybody else is refused, and nobody reads a canary."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.leaks.moderated import HELD_WORD, REPORT_WORD
from tests.leaks.routes import ROUTES, SETS, STAFF, TABLE, address, allowed, route_names, words_of
from tests.leaks.world import (
    DRAFT_WORD,
    HIDDEN_WORD,
    MEMBERS_WORD,
    MONEY_WORD,
    SECRET_WORD,
    STAFF_WORD,
    World,
    world_build,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return world_build()


def client_of(world: World, persona: str) -> Client:
    client = Client()
    member = world.personas[persona]
    if member is not None:
        client.force_login(member)
    return client


def answer(world: World, persona: str, route: dict[str, Any]) -> Any:
    """Ask as `persona`; what the request wrote is taken back, so that personas do not see each other's acts."""
    client = client_of(world, persona)
    savepoint = transaction.savepoint()
    ask = client.post if route.get("method") == "POST" else client.get
    response = ask(address(route, world.values), words_of(route, "data", world.values))
    transaction.savepoint_rollback(savepoint)
    return response


def is_refused(response: Any) -> bool:
    to_sign_in = response.status_code == 302 and response["Location"].startswith(reverse("account_login"))
    return to_sign_in or response.status_code in (403, 404)


def test_every_route_has_a_row():
    rows = {route["name"] for route in ROUTES}
    names = set(route_names())

    missing = {name for name in names - rows if not name.startswith(tuple(TABLE["elsewhere"]))}

    assert not missing, f"say in tests/leaks/routes.toml who may use {sorted(missing)}"
    assert not rows - names, f"routes.toml names routes that are gone: {sorted(rows - names)}"


@pytest.mark.parametrize("personas", [SETS["everyone"][::2], SETS["everyone"][1::2]], ids=["half", "other half"])
def test_the_crawl(personas, world):
    """Whoever may is served, the rest refused; no canary, no foreign address; strict policy; reading writes nothing."""
    wrong = []
    for persona, route in itertools.product(personas, ROUTES):
        connection.queries_log.clear()  # it holds 9,000 and then forgets
        with CaptureQueriesContext(connection) as queries:
            response = answer(world, persona, route)
        found = list(problems(world, persona, route, response, [query["sql"] for query in queries]))
        wrong += [f"{route['name']} {route.get('args', '')} as {persona}: {problem}" for problem in found]

    assert not wrong, "\n".join(wrong)


def problems(world: World, persona: str, route: dict[str, Any], response: Any, queries: list[str]) -> Iterator[str]:
    if is_refused(response) == (persona in allowed(route)) or response.status_code >= 500:
        yield f"answered {response.status_code}"
    body = response.content.decode(errors="replace")
    yield from (f"shows {word}" for word in forbidden(world, persona) if word in body)
    policy = response.get("Content-Security-Policy", "")
    if "require-trusted-types-for 'script'" not in policy or "unsafe" in policy:
        yield f"policy {policy or 'none'}"
    if persona == "visitor" and route.get("method") != "POST":
        if response.cookies or "cookie" in response.get("Vary", "").lower():
            yield f"cookies {list(response.cookies)}, Vary {response.get('Vary')}"
        yield from (f"writes: {sql[:80]}" for sql in queries if sql.startswith(("INSERT", "UPDATE", "DELETE")))


def forbidden(world: World, persona: str) -> list[str]:
    """Return what this persona may read nowhere."""
    words = [] if persona in STAFF else [STAFF_WORD]
    if persona not in ("owner", "moderator", "administrator"):
        words += [HIDDEN_WORD, HELD_WORD, REPORT_WORD]
    if persona in ("visitor", "suspended"):
        words.append(MEMBERS_WORD)
    if persona != "owner":
        words.append(DRAFT_WORD)
    words += [SECRET_WORD] if persona in STAFF else [SECRET_WORD, MONEY_WORD]
    others = (member for name, member in world.personas.items() if member is not None and name != persona)
    return words + ([] if persona in STAFF else [member.email for member in others])
