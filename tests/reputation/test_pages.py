"""How points work, and where each of a member's points came from."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from community.activity.delivery import drain_activity
from community.core.collectors import collectors
from community.members.contributions import contributions_of
from community.reputation.selectors import LEDGER_PAGE_SIZE
from forums.services import answer_accept, answer_unaccept, helpful_toggle, post_hide
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory, SupportAgentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer() -> Any:
    return PostFactory(topic=TopicFactory(title="Why does it hum?"), author=MemberFactory(handle="hugo"))


def ledger(client: Client, handle: str = "hugo", **query: Any) -> str:
    return client.get(reverse("reputation:ledger", args=[handle]), query).content.decode()


def test_the_rules_say_what_earns_and_levels_what_is_needed(client: Client) -> None:
    page = client.get(reverse("reputation:rules")).content.decode()

    assert "Answers accepted" in page
    assert "Mentor" in page
    assert "Questions and replies written" not in page  # not in use unless an administrator says so


def test_each_point_leads_to_the_post_it_came_from(client: Client, answer: Any) -> None:
    answer_accept(member=answer.topic.author, post_id=answer.pk)
    drain_activity()

    page = ledger(client)

    assert "15 points in all." in page
    assert "+15" in page
    assert f'"/t/{answer.topic_id}/why-does-it-hum/#post-2"' in page
    spanish = client.get("/es/m/hugo/points/").content.decode()
    assert f'"/es/t/{answer.topic_id}/why-does-it-hum/#post-2"' in spanish


def test_what_was_taken_back_is_said(client: Client, answer: Any) -> None:
    answer_accept(member=answer.topic.author, post_id=answer.pk)
    answer_unaccept(member=answer.topic.author, topic_id=answer.topic_id)
    drain_activity()

    assert "taken back" in ledger(client)


def test_a_post_the_viewer_may_not_see_has_neither_title_nor_address(client: Client) -> None:
    agent = SupportAgentFactory(handle="hugo")
    category = CategoryFactory(audience="staff")
    topic = TopicFactory(category=category, author=SupportAgentFactory(), title="Layoffs in spring")
    post = PostFactory(topic=topic, author=agent)
    helpful_toggle(member=topic.author, post_id=post.pk, wanted=True)
    drain_activity()

    page = ledger(client)

    assert "A post you cannot see" in page
    assert "Layoffs" not in page


def test_hiding_a_post_takes_its_points_from_the_pages(client: Client, answer: Any) -> None:
    helpful_toggle(member=answer.topic.author, post_id=answer.pk, wanted=True)
    post_hide(member=ModeratorFactory(), post_id=answer.pk)
    drain_activity()

    assert "0 points in all." in ledger(client)


def test_a_long_ledger_continues_by_link_at_the_same_cost(
    client: Client, answer: Any, django_assert_max_num_queries: Any
) -> None:
    for _ in range(LEDGER_PAGE_SIZE + 5):
        helpful_toggle(member=MemberFactory(), post_id=answer.pk, wanted=True)
    drain_activity()
    ledger(client)

    with django_assert_max_num_queries(10):
        first = client.get(reverse("reputation:ledger", args=["hugo"]))
    rest = ledger(client, before=first.context["page"].next_before)

    assert len(first.context["page"].lines) == LEDGER_PAGE_SIZE
    assert rest.count("<tr>") == 5 + 1


@pytest.mark.parametrize("query", [{"before": "x"}, {"before": "-1"}, {"before": "١"}])
def test_a_place_that_is_no_number_is_not_found(client: Client, answer: Any, query: dict[str, str]) -> None:
    assert client.get(reverse("reputation:ledger", args=["hugo"]), query).status_code == 404


def test_nobody_has_no_ledger(client: Client) -> None:
    assert client.get(reverse("reputation:ledger", args=["nobody"])).status_code == 404


def test_points_reach_the_facts_of_a_contact(answer: Any) -> None:
    answer_accept(member=answer.topic.author, post_id=answer.pk)
    drain_activity()

    assert contributions_of([answer.author_id])[answer.author_id]["points"] == 15


def test_a_member_takes_their_ledger_along_and_erasing_leaves_others_points(answer: Any) -> None:
    asker = answer.topic.author
    answer_accept(member=asker, post_id=answer.pk)
    drain_activity()
    collector = collectors["reputation"]

    exported = collector.export(answer.author_id)
    collector.erase(asker.pk)

    assert [line["points"] for line in exported["ledger"]] == [15]
    assert collector.export(asker.pk)["total"] is None
    assert contributions_of([answer.author_id])[answer.author_id]["points"] == 15
