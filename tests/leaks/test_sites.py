"""Two sites of one installation: nothing of one shows on the other's host, whatever is asked, whoever asks.

The world of the crawl stands on the default site; every route is asked on the host of an empty second one. An address
of a thing of the first is no address there: 404, like one that never was. The installation shares its people, with what
is their own (profile, exports, reports they made, tokens), and the team's CRM (docs/adr/sites-and-what-they-share.md).
"""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from wagtail.models import Site

from tests.leaks.moderated import HELD_WORD, REPORT_WORD
from tests.leaks.routes import ROUTES, address, allowed, words_of
from tests.leaks.test_crawl import client_of
from tests.leaks.world import (
    HIDDEN_WORD,
    MEMBERS_WORD,
    SECRET_WORD,
    SITE_WORD,
    STAFF_WORD,
    World,
    world_build,
)

pytestmark = pytest.mark.django_db
HOST = "faro.localhost"
WORDS = (SITE_WORD, STAFF_WORD, HIDDEN_WORD, MEMBERS_WORD, HELD_WORD, REPORT_WORD, SECRET_WORD)
SHARED = {"owner_handle", "owner_id", "owner_stop", "owner_token", "application_token"}
"""Values of the world that name what all sites share: people."""
OWN = {"members:avatar", "members:export", "members:settings", "moderation:flag_list", "moderation:queue"}
"""Pages about nobody but the reader; and the queue, which has the held profile of a member of every site."""
TEAM = ("crm_sync:connection", "crm_sync:record", "crm_sync:rule", "crm_sync:run", "crm_sync:sandbox", "crm_sync:dead")
"""Pages of the team about the CRM of the installation."""
PERSONAS = ("visitor", "owner", "moderator", "administrator")


@pytest.fixture
def world() -> World:
    made = world_build()
    home = Site.objects.get(is_default_site=True)
    Site.objects.create(hostname=HOST, port=80, root_page=home.root_page, site_name="Faro")
    return made


def answer(world: World, persona: str, route: dict[str, Any]) -> Any:
    """Ask on the second host; what the request wrote is taken back."""
    client = client_of(world, persona)
    savepoint = transaction.savepoint()
    ask = client.post if route.get("method") == "POST" else client.get
    response = ask(address(route, world.values), words_of(route, "data", world.values), headers={"host": HOST})
    transaction.savepoint_rollback(savepoint)
    return response


def names_a_thing(route: dict[str, Any], world: World) -> bool:
    """Tell whether the address itself names a thing of the first site."""
    args = route.get("args", {}).values()
    return not route["name"].startswith(TEAM) and any(word in world.values and word not in SHARED for word in args)


def problems(world: World, route: dict[str, Any], response: Any) -> Iterator[str]:
    body = response.content.decode(errors="replace")
    words = () if route["name"] in OWN or route["name"].startswith(TEAM) else WORDS
    yield from (f"shows {word}" for word in words if word in body)
    if response.status_code >= 500:
        yield f"answered {response.status_code}"
    if names_a_thing(route, world) and response.status_code < 400:
        yield f"answered {response.status_code} for a thing of another site {response.get('Location', '')}"


def test_nothing_of_one_site_shows_on_the_others_host(world: World) -> None:
    wrong = []
    for persona, route in itertools.product(PERSONAS, ROUTES):
        if persona in allowed(route):
            found = problems(world, route, answer(world, persona, route))
            wrong += [f"{route['name']} {route.get('args', '')} as {persona}: {problem}" for problem in found]

    assert not wrong, "\n".join(wrong)
