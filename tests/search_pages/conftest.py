"""A community in an engine of its own, and browsers that look at it."""

from typing import Any

import pytest
from django.test import Client

from community.members.models import Member
from forums.models import Topic
from forums.services import answer_accept
from search.models import SearchEvent
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory
from tests.search.conftest import engine  # noqa: F401 the same engine
from tests.search.driving import settle_search

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/153.0"


def browser(member: Member | None = None, agent: str = BROWSER) -> Client:
    """Return a browser, `member` signed in."""
    client = Client(headers={"user-agent": agent})
    if member:
        client.force_login(member)
    return client


def events(*kinds: str) -> list[tuple[Any, ...]]:
    """Return the rows of these kinds in order: kind, thing, position."""
    rows = SearchEvent.objects.filter(kind__in=kinds).order_by("pk")
    return [(row.kind, f"{row.subject_kind}:{row.subject_id}", row.position) for row in rows]


def text_of(response: Any) -> str:
    """Return the page as text."""
    return response.content.decode()


@pytest.fixture
def member(db: None) -> Member:
    return MemberFactory(name="Asta Asker")


@pytest.fixture
def moderator(db: None) -> Member:
    return ModeratorFactory()


@pytest.fixture
def humming(db: None, engine: Any) -> Topic:  # noqa: F811 the fixture
    """A solved question, an open one, a Spanish one, and one for members."""
    pumps = CategoryFactory(name="Heat pumps")
    topic = TopicFactory(category=pumps, title="Humming in the bedroom wall", body="It hums all night.", tags=["noise"])

    answer = PostFactory(topic=topic, body="Put rubber feet under the compressor.")
    answer_accept(member=topic.author, post_id=answer.pk)
    TopicFactory(category=pumps, title="Filter warning will not go away", body="A new filter is in.")
    TopicFactory(
        category=CategoryFactory(name="Bombas", language="es"), title="La unidad hace ruido", body="¿Es normal? noise"
    )
    TopicFactory(category=CategoryFactory(audience="members", name="Installers"), title="Humming at the installers")
    settle_search()
    topic.refresh_from_db()
    return topic
