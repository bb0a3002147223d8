"""What pages cost: queries under their ceilings, the same with 3 rows and with 30; bytes under UI's budgets."""

import gzip
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.activity.delivery import drain_activity
from forums.models import Topic
from forums.services import answer_accept, draft_save, helpful_toggle
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory
from tests.forums_pages.conftest import signed_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_alike")]

BUDGETS = tomllib.loads((Path(__file__).parent.parent / "budgets.toml").read_text())
HTML_KB = 15
COMPOSER_KB = 3
IDLE = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


def queries_of(ask: Callable[[], Any]) -> list[str]:
    """Return the statements a second request costs: the first fills caches and advances what was read."""
    ask()
    with CaptureQueriesContext(connection) as captured:
        response = ask()
    assert response.status_code in (200, 302)
    return [query["sql"] for query in captured if not query["sql"].startswith(IDLE)]


def community(rows: int) -> Topic:
    """Make a category with `rows` topics, the first of which has as many replies, each by somebody else."""
    category = CategoryFactory()
    topics = [TopicFactory(category=category, tags=["noise", f"tag {number}"]) for number in range(rows)]
    posts = [PostFactory(topic=topics[0]) for _ in range(rows)]
    for post in posts:
        helpful_toggle(member=MemberFactory(), post_id=post.pk, wanted=True)
    answer_accept(member=topics[0].author, post_id=posts[-1].pk)
    drain_activity()
    topics[0].refresh_from_db()
    return topics[0]


ADDRESSES: dict[str, Callable[[Topic], str]] = {
    "topic": lambda topic: reverse("forums:topic", args=[topic.pk, topic.slug]),
    "category": lambda topic: reverse("forums:category", args=[topic.category.slug]),
    "topic_news": lambda topic: reverse("forums:topic_news", args=[topic.pk]) + "?after=1",
    "reply_list": lambda topic: reverse("forums:reply_list", args=[topic.pk]) + "?after=1",
    "category_news": lambda topic: reverse("forums:category_news", args=[topic.category_id]) + "?since=1",
    "topic_list": lambda topic: reverse("forums:topic_list"),
    "category_list": lambda topic: reverse("forums:category_list"),
    "ask": lambda topic: reverse("forums:ask"),
    "draft_list": lambda topic: reverse("forums:draft_list"),
}


def costs(rows: int) -> dict[tuple[str, str], list[str]]:
    """Return the statements of each page for a visitor and for a member, in a community with `rows` of everything."""
    topic, member = community(rows), MemberFactory()
    for other in Topic.objects.order_by("-pk")[:rows]:
        draft_save(member=member, context=f"reply:{other.pk}", sequence=0, body="Begun.")
    clients = {"visitor": Client(), "member": signed_in(member)}
    return {
        (page, who): queries_of(partial(clients[who].get, address(topic)))
        for page, address in ADDRESSES.items()
        for who in BUDGETS[page]
    }


def test_a_page_stays_within_its_queries_however_much_it_shows() -> None:
    few, many = costs(3), costs(30)

    for (page, who), statements in many.items():
        text = f"{page}, {who}:\n" + "\n".join(statements)
        assert len(statements) <= BUDGETS[page][who], text
        assert len(few[page, who]) == len(statements), text


def test_a_reply_stays_within_its_queries() -> None:
    topic = community(30)
    client = signed_in(MemberFactory())

    statements = queries_of(lambda: client.post(f"/t/{topic.pk}/reply/", {"body": "A reply."}))

    assert len(statements) <= BUDGETS["reply"]["member"], "\n".join(statements)


def test_pages_stay_within_their_bytes() -> None:
    topic = community(30)
    member = signed_in(MemberFactory())

    def size(client: Client, page: str) -> int:
        return len(gzip.compress(text_of(client.get(ADDRESSES[page](topic))).encode(), 9))

    for page in ("topic", "category", "topic_list", "ask"):
        assert size(Client(), page) <= HTML_KB * 1_000, page
    assert size(member, "topic") <= (HTML_KB + COMPOSER_KB) * 1_000
