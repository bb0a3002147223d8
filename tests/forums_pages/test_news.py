"""What an open page of the forums asks for when something changed, and what it gets."""

import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from community.members.models import Member
from forums.models import TopicMember
from forums.services import answer_accept, post_hide
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory
from tests.forums_pages.conftest import signed_in, text_of

pytestmark = pytest.mark.django_db


def news_of(topic: Any, after: int, client: Client | None = None, **query: Any) -> str:
    """The fragment a page ending at post `after` asks for."""
    address = reverse("forums:topic_news", args=[topic.pk])
    return text_of((client or Client()).get(address, {"after": after, **query}))


def replies_of(topic: Any, after: int, client: Client | None = None) -> str:
    address = reverse("forums:reply_list", args=[topic.pk])
    return text_of((client or Client()).get(address, {"after": after}))


def test_a_topic_page_says_where_it_ends(client: Client, question: Any, answer: Any) -> None:
    page = text_of(client.get(reverse("forums:topic", args=[question.pk, question.slug])))

    assert f'data-live="forums.topic:{question.pk}"' in page
    assert f'data-hx-get="/t/{question.pk}/news/?after=2&amp;here=1"' in page


def test_a_page_that_is_not_the_last_does_not_ask_for_replies_in_place(client: Client, question: Any) -> None:
    for _ in range(22):
        PostFactory(topic=question)

    page = text_of(client.get(reverse("forums:topic", args=[question.pk, question.slug])))

    assert f'data-hx-get="/t/{question.pk}/news/?after=23"' in page


def test_nothing_new_is_nothing_said(question: Any, answer: Any) -> None:
    assert 'class="fresh"' not in news_of(question, after=2)


def test_new_replies_are_counted_and_the_first_is_where_the_link_leads(question: Any, answer: Any) -> None:
    PostFactory(topic=question)
    PostFactory(topic=question)

    fragment = news_of(question, after=2)

    assert "2 new replies, show them" in fragment
    assert f'href="/t/{question.pk}/{question.slug}/?post=3#post-3"' in fragment


def test_a_page_in_the_middle_of_a_topic_offers_the_way_and_loads_nothing_in_place(question: Any, answer: Any) -> None:
    assert "data-hx-get" not in news_of(question, after=1)
    assert f'data-hx-get="/t/{question.pk}/replies/?after=1"' in news_of(question, after=1, here=1)


def test_the_state_and_the_count_above_the_text_follow(question: Any, answer: Any, asker: Member) -> None:
    answer_accept(member=asker, post_id=answer.pk)

    fragment = news_of(question, after=2)

    assert 'id="topic-state" data-hx-swap-oob="outerMorph" data-hx-nonce=' in fragment
    assert "Solved" in fragment
    assert '<span class="num">1</span> reply' in fragment


def test_a_removed_reply_is_not_news(question: Any, answer: Any, moderator: Member) -> None:
    post_hide(member=moderator, post_id=answer.pk)

    assert 'class="fresh"' not in news_of(question, after=1)
    assert 'class="fresh"' not in news_of(question, after=1, client=signed_in(moderator))


def test_a_press_brings_the_replies_in_order_and_the_first_takes_the_focus(question: Any, answer: Any) -> None:
    PostFactory(topic=question, body="And the *fourth* one.")

    fragment = replies_of(question, after=1)

    assert fragment.index('id="post-2" tabindex="-1" data-focus') < fragment.index('id="post-3">')
    assert fragment.count("data-focus") == 1
    assert "<strong>third</strong>" in fragment
    assert f"/t/{question.pk}/news/?after=3&amp;here=1" in fragment


def test_more_than_a_window_comes_in_two_presses(question: Any) -> None:
    for _ in range(23):
        PostFactory(topic=question)

    fragment = replies_of(question, after=1)

    assert 'id="post-21"' in fragment
    assert 'id="post-22"' not in fragment
    assert "3 new replies, show them" in fragment
    assert 'id="post-24"' in replies_of(question, after=21)


def test_what_was_brought_in_counts_as_read(question: Any, answer: Any) -> None:
    reader = MemberFactory()

    replies_of(question, after=1, client=signed_in(reader))

    assert TopicMember.objects.get(topic=question, member=reader).last_read == 2


def test_asking_for_news_reads_nothing(question: Any, answer: Any) -> None:
    reader = MemberFactory()

    news_of(question, after=1, client=signed_in(reader))

    assert not TopicMember.objects.filter(member=reader).exists()


@pytest.mark.parametrize("after", ["", "-1", "x", "9" * 30, "1'--"])
def test_a_foolish_address_is_taken_for_the_beginning(after: str, question: Any, answer: Any) -> None:
    assert "1 new reply, show it" in news_of(question, after=after)  # type: ignore[arg-type]


def test_a_category_page_asks_for_topics_since_it_was_made(client: Client, question: Any) -> None:
    category = question.category
    before = int(time.time())

    page = text_of(client.get(reverse("forums:category", args=[category.slug])))

    assert f'data-live="forums.category:{category.pk}"' in page
    asked = int(page.partition("/news/?since=")[2].partition('"')[0])
    assert before <= asked <= time.time()


def test_a_filtered_list_or_a_later_page_of_it_is_left_alone(client: Client, question: Any) -> None:
    address = reverse("forums:category", args=[question.category.slug])

    assert "data-live" not in text_of(client.get(address, {"tab": "top"}))
    assert "data-live" not in text_of(client.get(address, {"tag": "noise"}))


def test_new_topics_of_a_category_are_counted(client: Client) -> None:
    category = CategoryFactory()
    TopicFactory(category=category)
    address = reverse("forums:category_news", args=[category.pk])

    assert "1 new topic, show it" in text_of(client.get(address, {"since": int(time.time()) - 60}))
    assert text_of(client.get(address, {"since": int(time.time()) + 60})).strip() == ""
