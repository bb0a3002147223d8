"""Every operation of the API as every persona: whoever may is served, the rest refused, and nobody reads a canary."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from wagtail.models import Site

from community.api.server import api
from tests.factories.api import Program, token_for
from tests.factories.forums import CategoryFactory, TopicFactory
from tests.leaks.routes import SETS, words_of
from tests.leaks.test_crawl import forbidden
from tests.leaks.world import MONEY_WORD, World, world_build
from tests.search.conftest import engine  # noqa: F401 the same engine
from tests.search.driving import settle_search

pytestmark = pytest.mark.django_db
TABLE = tomllib.loads(Path(__file__).with_name("operations.toml").read_text())
OPERATIONS = TABLE["operation"]
OTHER_SITE = "canaryelsewhere"


def methods() -> dict[str, str]:
    """Return the method of every operation by its name."""
    found = {}
    for bound in api()._get_bound_routers():
        for view in bound.path_operations.values():
            found |= {operation.view_func.__name__: operation.methods[0] for operation in view.operations}
    return found


def test_every_operation_has_a_row():
    rows = {row["name"] for row in OPERATIONS}

    assert set(methods()) == rows, "say in tests/leaks/operations.toml who may use it"


@pytest.fixture
def world(engine: Any) -> World:  # noqa: F811 the fixture
    made = world_build()
    home = Site.objects.get(is_default_site=True)
    elsewhere = Site.objects.create(hostname="elsewhere.example", port=80, root_page=home.root_page)
    made.values["elsewhere_topic"] = TopicFactory(
        category=CategoryFactory(site=elsewhere), title=f"Terms {OTHER_SITE}"
    ).pk
    settle_search()
    return made


def answer(world: World, program: Program, row: dict[str, Any]) -> Any:
    """Ask; what the request wrote is taken back, so that personas do not see each other's acts."""
    path = reverse(f"api_v1:{row['name']}", kwargs=words_of(row, "args", world.values)).removeprefix("/api/v1/")
    query = "&".join(f"{name}={value}" for name, value in words_of(row, "query", world.values).items())
    body = words_of(row, "body", world.values) or None
    savepoint = transaction.savepoint()
    response = program.send(methods()[row["name"]], f"{path}?{query}", body)
    transaction.savepoint_rollback(savepoint)
    return response


def test_the_crawl(world: World) -> None:
    wrong = []
    for persona in SETS["everyone"]:
        member = world.personas[persona]
        program = Program(token_for(member) if member else "")
        for row in OPERATIONS:
            cache.clear()  # nobody is served less for having asked much
            found = problems(world, persona, row, answer(world, program, row))
            wrong += [f"{row['name']} {row.get('args', '')} as {persona}: {problem}" for problem in found]

    assert not wrong, "\n".join(wrong)


def problems(world: World, persona: str, row: dict[str, Any], response: Any) -> Iterator[str]:
    may = TABLE["sets"][row["may"]] if isinstance(row["may"], str) else row["may"]
    if (response.status_code in (200, 201, 204)) != (persona in may):
        yield f"answered {response.status_code} {response.content[:200]!r}"
    elif persona not in may and response.status_code not in (401, 403, 404):
        yield f"refused with {response.status_code}"
    body = response.content.decode()
    for asked in row.get("query", {}).values():
        body = body.replace(f"<mark>{asked}</mark>", "")
    words = [*forbidden(world, persona), MONEY_WORD, OTHER_SITE]
    yield from (f"shows {word}" for word in words if word in body.replace("<mark>", "").replace("</mark>", ""))
    if response.cookies or "cookie" in response.get("Vary", "").lower():
        yield "knows of cookies"


def test_what_is_of_another_site_is_not_here(world: World) -> None:
    program, topic_id = Program(token_for(world.personas["administrator"])), world.values["elsewhere_topic"]

    assert program.send("GET", f"topics/{topic_id}").status_code == 404
    assert program.send("POST", f"topics/{topic_id}/posts", {"body": "Me, too."}).status_code == 404


def test_a_session_counts_for_nothing(world: World) -> None:
    program = Program()
    program.force_login(world.personas["administrator"])

    assert program.send("GET", f"topics/{world.values['staff_topic']}").status_code == 404
    assert program.send("POST", f"topics/{world.values['public_topic']}/posts", {"body": "Hi."}).status_code == 401
    assert program.send("GET", "members/me").status_code == 401
