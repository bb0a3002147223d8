"""What pages of search cost: no more with 30 rows than with 3."""

import tomllib
from pathlib import Path

import pytest

from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory
from tests.forums_pages.test_budgets import queries_of
from tests.search.driving import settle_search
from tests.search_pages.conftest import browser

pytestmark = pytest.mark.django_db
BUDGETS = tomllib.loads((Path(__file__).parent.parent / "budgets.toml").read_text())


def kettles(count: int) -> None:
    """Ask questions about kettles, each with a reply, in a category of their own."""
    category = CategoryFactory()
    for number in range(count):
        PostFactory(topic=TopicFactory(category=category, title=f"Kettle {number}", tags=["steam"]), body="Kettle!")
    MemberFactory(name="Kettle Keeper")
    settle_search()


@pytest.mark.parametrize("who", ["visitor", "member"])
@pytest.mark.parametrize(
    ("page", "path", "form"),
    [
        ("search", "/search/?q=kettle", None),
        ("search_instant", "/search/instant/?q=kettle", None),
        ("search_similar", "/search/similar/", {"title": "A kettle", "body": "It whistles", "help": "7"}),
    ],
)
def test_a_page_of_search_stays_within_its_queries(page: str, path: str, form: dict | None, who: str, engine) -> None:
    counts = []
    for rows in (3, 27):
        kettles(rows)
        client = browser(MemberFactory() if who == "member" else None)
        asked = queries_of(lambda: client.post(path, form) if form else client.get(path))  # noqa: B023 asked at once
        counts.append(asked)

    few, many = counts
    assert len(many) <= BUDGETS[page][who], "\n".join(many)
    assert len(many) <= len(few), "\n".join(many)  # fewer kinds on a full page cost less
