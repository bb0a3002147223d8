"""What search says to each persona: results, counts, spellings, suggestions and chips hold nothing of others."""

import html
import itertools
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from wagtail.models import Site

from search.models import SearchEvent
from tests.factories.forums import CategoryFactory, TopicFactory
from tests.leaks.routes import SETS
from tests.leaks.test_crawl import forbidden
from tests.leaks.world import World, world_build
from tests.search.conftest import engine  # noqa: F401 the same engine
from tests.search.driving import settle_search
from tests.search_pages.conftest import BROWSER, text_of

pytestmark = pytest.mark.django_db
ASKED = ("terms", "salaries", "buy cheap", "office", "corner", "canary", "canarystafonly", "canaryhiden", "plan", "two")
"""Words of hidden things, and slips of the pen that a spelling could put right."""
OTHER_SITE = "canaryelsewhere"
TOTAL = re.compile(r"of (\d+)</span>")


@pytest.fixture
def world(engine: Any) -> World:  # noqa: F811 the fixture
    made = world_build()
    home = Site.objects.get(is_default_site=True)
    elsewhere = Site.objects.create(hostname="elsewhere.example", port=80, root_page=home.root_page)
    TopicFactory(category=CategoryFactory(site=elsewhere), title=f"Terms {OTHER_SITE}")
    settle_search()
    return made


def client_of(world: World, persona: str) -> Client:
    client = Client(headers={"user-agent": BROWSER})
    if member := world.personas[persona]:
        client.force_login(member)
    return client


def test_search_says_nothing_of_what_a_persona_may_not_see(world: World) -> None:
    wrong = []
    for persona, asked in itertools.product(SETS["everyone"], ASKED):
        cache.clear()  # nobody is served less for having asked much
        client, words = client_of(world, persona), [*forbidden(world, persona), OTHER_SITE]
        pages = {
            "results": client.get("/search/", {"q": asked}),
            "box": client.get("/search/instant/", {"q": asked}),
            "similar": client.post("/search/similar/", {"title": asked, "body": asked, "help": "7"}),
            "report": client.get("/staff/insight/"),
        }
        for name, page in pages.items():
            body = html.unescape(text_of(page)).replace("<mark>", "").replace("</mark>", "").replace(asked, "")
            wrong += [f"{persona}: {name} for {asked!r} shows {word}" for word in words if word in body]

    assert wrong == []


def test_counts_are_those_of_what_a_persona_sees(world: World) -> None:
    for persona, asked in itertools.product(SETS["everyone"], ("terms", "salaries", "buy cheap")):
        page = text_of(client_of(world, persona).get("/search/", {"q": asked}))
        rows = page.count('class="hit"') if "data-thing" in page else 0
        found = TOTAL.search(page)

        assert int(found[1] if found else 0) == rows, f"{persona}: {asked}"


def test_nothing_of_a_hidden_thing_is_written_down_as_shown(world: World) -> None:
    client_of(world, "visitor").get("/search/", {"q": "salaries"})

    assert not SearchEvent.objects.filter(kind="impression").exists()
