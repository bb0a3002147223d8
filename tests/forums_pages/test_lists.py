"""Lists of topics and categories."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from forums.services import answer_accept, topic_read_to
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory
from tests.forums_pages.conftest import signed_in, text_of

pytestmark = pytest.mark.django_db


def test_a_category_shows_its_topics_with_state_author_and_replies(client: Client, question: Any, answer: Any) -> None:
    page = text_of(client.get(reverse("forums:category", args=[question.category.slug])))

    assert "Why does it hum at night?" in page
    assert "Answered" in page
    assert "Asta Asker" in page
    assert "?tag=noise" in page


def test_filters_stand_in_the_address_and_each_chip_takes_one_away(client: Client, question: Any) -> None:
    other = TopicFactory(category=question.category, title="Something else entirely")
    here = reverse("forums:category", args=[question.category.slug])

    page = text_of(client.get(here, {"tag": "noise", "state": "new", "tab": "top"}))

    assert question.title in page
    assert other.title not in page
    assert f'href="{here}?state=new&amp;tab=top"' in page
    assert f'href="{here}?tab=top&amp;tag=noise"' in page


def test_filters_that_hide_everything_say_so_and_offer_to_drop_each(client: Client, question: Any) -> None:
    page = text_of(client.get(reverse("forums:category", args=[question.category.slug]), {"tag": "unheard-of"}))

    assert "none with these filters" in page
    assert "Without “unheard-of”" in page


def test_an_empty_category_offers_to_ask_the_first_question(client: Client) -> None:
    category = CategoryFactory(slug="quiet")

    page = text_of(client.get(reverse("forums:category", args=[category.slug])))

    assert "Nobody has asked here yet" in page
    assert "/ask/?category=quiet" in page


@pytest.mark.parametrize("name", ["category", "topic"])
def test_what_is_for_the_team_is_not_there_for_others(client: Client, agent: Any, name: str) -> None:
    category = CategoryFactory(audience="staff")
    topic = TopicFactory(category=category, author=agent)
    args = {"category": [category.slug], "topic": [topic.pk, topic.slug]}[name]
    address = reverse(f"forums:{name}", args=args)

    assert client.get(address).status_code == 404
    assert signed_in(MemberFactory()).get(address).status_code == 404
    assert signed_in(agent).get(address).status_code == 200


def test_older_and_newer_lead_through_all_topics_and_back(client: Client, asker: Any) -> None:
    category = CategoryFactory()
    for number in range(35):
        TopicFactory(category=category, author=asker, title=f"Question number {number:02d}", origin="seed")
    here = reverse("forums:category", args=[category.slug])

    first = client.get(here)
    second = client.get(first.context["older_url"])
    back = client.get(second.context["newer_url"])

    titles = [row.title for row in [*first.context["page"].rows, *second.context["page"].rows]]
    assert titles == [f"Question number {number:02d}" for number in reversed(range(35))]
    assert [row.title for row in back.context["page"].rows] == titles[:30]


def test_a_member_sees_what_is_unread_and_goes_to_the_first_unread_post(question: Any, answer: Any) -> None:
    reader = MemberFactory()
    topic_read_to(member=reader, topic_id=question.pk, number=2)
    PostFactory(topic=question)

    page = text_of(signed_in(reader).get(reverse("forums:topic_list"), {"tab": "unread"}))

    assert "1 new" in page
    assert f"{question.slug}/#post-3" in page


def test_solved_questions_are_found_by_their_state(client: Client, question: Any, answer: Any, asker: Any) -> None:
    answer_accept(member=asker, post_id=answer.pk)

    page = text_of(client.get(reverse("forums:topic_list"), {"state": "solved"}))

    assert question.title in page


def test_htmx_gets_the_list_alone(client: Client, question: Any) -> None:
    response = client.get(reverse("forums:topic_list"), headers={"HX-Request": "true"})

    assert "<html" not in text_of(response)
    assert question.title in text_of(response)


def test_visitors_get_no_cookie_and_no_vary_cookie(client: Client, question: Any) -> None:
    addresses = [
        reverse("forums:topic_list"),
        reverse("forums:category_list"),
        reverse("forums:category", args=[question.category.slug]),
        reverse("forums:topic", args=[question.pk, question.slug]),
        reverse("forums:ask"),
        reverse("reputation:rules"),
    ]
    for address in addresses:
        response = client.get(address)

        assert response.status_code == 200, address
        assert not response.cookies, address
        assert "Cookie" not in response.headers.get("Vary", ""), address


def test_the_list_of_categories_counts_topics(client: Client, question: Any) -> None:
    page = text_of(client.get(reverse("forums:category_list")))

    assert question.category.name in page
    assert "1 topic" in page
