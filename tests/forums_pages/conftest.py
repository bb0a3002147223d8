"""Pages are looked at as a visitor (`client`), as a customer and as colleagues."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from community.members.models import Member
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory, SupportAgentFactory


@pytest.fixture(autouse=True)
def _nothing_cached() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def signed_in(member: Member) -> Client:
    """Return a browser in which `member` is signed in."""
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def asker(db: None) -> Member:
    return MemberFactory(name="Asta Asker")


@pytest.fixture
def helper(db: None) -> Member:
    return MemberFactory(name="Hugo Helper")


@pytest.fixture
def moderator(db: None) -> Member:
    return ModeratorFactory()


@pytest.fixture
def agent(db: None) -> Member:
    return SupportAgentFactory(title="support engineer")


@pytest.fixture
def question(asker: Member) -> Any:
    return TopicFactory(author=asker, title="Why does it hum at night?", tags=["noise", "B6"])


@pytest.fixture
def answer(question: Any, helper: Member) -> Any:
    return PostFactory(topic=question, author=helper, body="Tighten the **third** screw.")


def text_of(response: Any) -> str:
    """Return the page as text."""
    return response.content.decode()
