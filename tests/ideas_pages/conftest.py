"""Pages are looked at as a visitor (`client`), as a customer and as colleagues."""

from typing import Any

import pytest
from django.test import Client

from community.members.models import Member
from tests.factories.ideas import BoardFactory, IdeaFactory
from tests.factories.members import MemberFactory


def signed_in(member: Member) -> Client:
    """Return a browser in which `member` is signed in."""
    client = Client()
    client.force_login(member)
    return client


def text_of(response: Any) -> str:
    """Return the page as text."""
    return response.content.decode()


@pytest.fixture
def customer(db: None) -> Member:
    return MemberFactory(name="Asta Asker")


@pytest.fixture
def board(db: None) -> Any:
    return BoardFactory(slug="app", name="The app")


@pytest.fixture
def idea(board: Any) -> Any:
    return IdeaFactory(board=board, author=MemberFactory(name="Ida Inventor"), title="A night mode for the display")
