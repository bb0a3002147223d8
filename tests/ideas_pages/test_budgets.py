"""What pages cost: queries under their ceilings, the same with 3 rows and with 30."""

import gzip
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.test import Client

from community.activity.delivery import drain_activity
from ideas.models import Idea, Status
from ideas.services import status_change, vote_set
from tests.factories.ideas import BoardFactory, CommentFactory, IdeaFactory
from tests.factories.members import MemberFactory, ProductManagerFactory
from tests.forums_pages.test_budgets import queries_of
from tests.ideas_pages.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_alike")]
BUDGETS = tomllib.loads((Path(__file__).parent.parent / "budgets.toml").read_text())
HTML_KB = 15
ADDRESSES: dict[str, Callable[[Idea], str]] = {
    "ideas": lambda idea: "/ideas/",
    "idea": lambda idea: f"/i/{idea.pk}/{idea.slug}/",
    "ideas_mine": lambda idea: "/ideas/mine/?tab=shared",
}


def community(rows: int) -> Idea:
    """Make a board with `rows` ideas, the first of which has as many votes, comments and moves."""
    board, manager, author = BoardFactory(), ProductManagerFactory(), MemberFactory()
    ideas = [IdeaFactory(board=board, author=author) for _ in range(rows)]
    statuses = list(Status.objects.filter(site=board.site).order_by("position")[:2])
    for number in range(rows):
        vote_set(member=MemberFactory(), idea_id=ideas[0].pk, wanted=True)
        CommentFactory(idea=ideas[0])
        status = statuses[(number + 1) % 2]
        status_change(member=manager, idea_id=ideas[0].pk, status_id=status.pk, note="We **look** at it.")
    drain_activity()
    return Idea.objects.select_related("author").get(pk=ideas[0].pk)


@pytest.mark.parametrize(("page", "who"), [(page, who) for page in ADDRESSES for who in BUDGETS[page]])
def test_a_page_stays_within_its_queries_however_much_it_shows(page: str, who: str) -> None:
    counts = []
    for rows in (3, 20):
        idea = community(rows)
        client = signed_in(idea.author) if who == "member" else Client()
        counts.append(queries_of(partial(client.get, ADDRESSES[page](idea))))

    few, many = counts
    assert len(many) <= BUDGETS[page][who], "\n".join(many)
    assert len(few) == len(many), "\n".join(many)


def test_a_full_list_weighs_little(client: Client) -> None:
    community(20)

    assert len(gzip.compress(client.get("/ideas/").content)) < HTML_KB * 1024
