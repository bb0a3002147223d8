"""What the roadmap and the pages of colleagues cost: under their ceilings, the same with 3 rows and with 30."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ideas.models import Idea, Status
from ideas.services import vote_set
from tests.acceptance.test_ideas import customer
from tests.factories.ideas import BoardFactory, IdeaFactory
from tests.factories.members import MemberFactory, ProductManagerFactory
from tests.ideas_pages.conftest import signed_in

pytestmark = pytest.mark.django_db
BUDGETS = tomllib.loads((Path(__file__).parent.parent / "budgets.toml").read_text())
IDLE = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


def cost(ask: Callable[[], Any]) -> int:
    """Return the queries a second request costs: the first fills caches."""
    ask()
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    assert answer.status_code == 200
    return len([query for query in captured if not query["sql"].startswith(IDLE)])


def costs(rows: int) -> dict[tuple[str, str], int]:
    """Return what each page costs in a world with `rows` ideas of a lane, and as many accounts behind one of them."""
    board = BoardFactory()
    ideas = [IdeaFactory(board=board) for _ in range(rows)]
    Idea.objects.update(status=Status.objects.get(kind="planned"))
    for number in range(rows):
        vote_set(member=customer(f"Account {number}"), idea_id=ideas[0].pk, wanted=True)
    visitor, member, manager = Client(), signed_in(MemberFactory()), signed_in(ProductManagerFactory())
    roadmap, idea = reverse("ideas:roadmap"), reverse("ideas:idea", args=[ideas[0].pk, ideas[0].slug])
    accounts = reverse("crm_sync:idea_accounts", args=[ideas[0].pk])
    return {
        ("roadmap", "visitor"): cost(lambda: visitor.get(roadmap)),
        ("roadmap", "member"): cost(lambda: member.get(roadmap)),
        ("idea_staff", "member"): cost(lambda: manager.get(idea)),
        ("idea_accounts", "member"): cost(lambda: manager.get(accounts)),
    }


def test_pages_stay_under_their_ceilings_and_cost_the_same_with_many_rows():
    few = costs(3)
    Idea.objects.update(visibility="deleted")
    many = costs(30)

    assert many == few
    over = {page: count for page, count in many.items() if count > BUDGETS[page[0]][page[1]]}
    assert not over
