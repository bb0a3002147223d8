"""What becomes a hint, for whom, and what never does."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from community.activity.delivery import drain_activity
from community.activity.services import activity_replay
from community.activity.subjects import subject_of
from community.activity.types import registry
from community.core.audience import PUBLIC
from community.live.handlers import FRESH, SHOWN_ON
from community.live.names import BELL, NAMES_MAX, group_of, names_read
from community.members.services import profile_update
from community.members.visibility import OVERSEERS
from community.work import hints
from community.work.hints import Hint, hint_after_commit
from forums.models import Category, Topic
from forums.services import answer_accept, post_edit, post_hide, question_escalate, topic_close
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory
from tests.moderation.worlds import held_post

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Hint]:
    """All hints that went out but those for bells, which are the inbox's."""
    told: list[Hint] = []

    def listen(hints: Sequence[Hint]) -> None:
        told.extend(hint for hint in hints if hint.kind != BELL)

    monkeypatch.setattr(hints, "_listeners", [listen])
    return told


def drained(heard: list[Hint]) -> list[Hint]:
    """Deliver, and return what went out since the last time."""
    drain_activity()
    found = list(heard)
    heard.clear()
    return found


def asked(heard: list[Hint], **values: Any) -> Topic:
    topic: Topic = TopicFactory(**values)
    drained(heard)
    return topic


def test_a_reply_is_a_hint_to_its_topics_page(heard: list[Hint]) -> None:
    topic = asked(heard)

    PostFactory(topic=topic)

    assert drained(heard) == [Hint("forums.topic", topic.pk, OVERSEERS | {PUBLIC})]


def test_a_question_is_a_hint_to_its_category_and_its_own_page(heard: list[Hint]) -> None:
    category = CategoryFactory(audience="members")

    topic = TopicFactory(category=category)

    assert set(drained(heard)) == {
        Hint("forums.category", category.pk, OVERSEERS | {"members"}),
        Hint("forums.topic", topic.pk, OVERSEERS | {"members"}),
    }


@pytest.mark.parametrize("act", ["accept", "edit", "escalate", "close"])
def test_what_else_the_page_shows_is_one_too(act: str, heard: list[Hint]) -> None:
    topic = asked(heard)
    answer = PostFactory(topic=topic)
    drained(heard)
    moderator = ModeratorFactory()
    does = {
        "accept": lambda: answer_accept(member=topic.author, post_id=answer.pk),
        "edit": lambda: post_edit(member=moderator, post_id=answer.pk, body="Otherwise.", edit_number=0),
        "escalate": lambda: question_escalate(member=moderator, topic_id=topic.pk),
        "close": lambda: topic_close(member=moderator, topic_id=topic.pk),
    }

    does[act]()

    assert drained(heard) == [Hint("forums.topic", topic.pk, OVERSEERS | {PUBLIC})]


def test_an_edit_of_a_hidden_post_is_for_those_who_still_see_it(heard: list[Hint]) -> None:
    topic = asked(heard)
    answer, moderator = PostFactory(topic=topic), ModeratorFactory()
    post_hide(member=moderator, post_id=answer.pk)
    drained(heard)

    post_edit(member=moderator, post_id=answer.pk, body="Otherwise.", edit_number=0)

    [hint] = drained(heard)
    assert hint.audience == OVERSEERS | {f"member:{answer.author_id}"}


def test_the_audience_is_that_of_now(heard: list[Hint]) -> None:
    topic = asked(heard)
    PostFactory(topic=topic)
    Category.objects.filter(pk=topic.category_id).update(audience="staff")

    [hint] = drained(heard)

    assert PUBLIC not in hint.audience


def test_every_type_it_wants_says_where_it_is_shown(heard: list[Hint]) -> None:
    for name, (kind, field) in SHOWN_ON.items():
        declared = registry[name]
        assert field in declared.field_names if field else declared.subject_kind == kind


def test_ten_replies_in_a_batch_are_one_hint(heard: list[Hint]) -> None:
    topic = asked(heard)
    for _ in range(10):
        PostFactory(topic=topic)

    assert len(drained(heard)) == 1


def test_imports_and_what_is_old_are_nobodys_news(heard: list[Hint], monkeypatch: pytest.MonkeyPatch) -> None:
    topic = asked(heard)
    PostFactory(topic=topic, origin="import")
    assert drained(heard) == []

    later = timezone.now() + FRESH + timedelta(seconds=1)
    monkeypatch.setattr("community.live.handlers.timezone.now", lambda: later)
    assert activity_replay(handler=_handler("live.pages")) > 0
    assert drained(heard) == []


def _handler(name: str) -> Any:
    from community.activity.handlers import handlers

    return handlers[name]


def test_a_changed_member_is_a_hint_to_their_own_sockets(heard: list[Hint]) -> None:
    member = MemberFactory()

    profile_update(member, member=member, changes={"name": "Nina"})

    assert drained(heard) == [Hint("members.member", member.pk, frozenset({f"member:{member.pk}"}))]


def test_a_hint_waits_for_the_commit_and_dies_with_a_rollback(heard: list[Hint]) -> None:
    with transaction.atomic():
        hint_after_commit([Hint("forums.topic", 1, frozenset({PUBLIC}))])
        assert heard == []
    assert len(heard) == 1

    with transaction.atomic():
        hint_after_commit([Hint("forums.topic", 2, frozenset({PUBLIC}))])
        transaction.set_rollback(True)
    assert len(heard) == 1


def test_names_are_read_and_nonsense_is_dropped() -> None:
    text = "forums.topic:7,forums.topic:7,x,forums.topic:,forums.topic:-1,Forums.Topic:1,a.b:2,forums.topic:٣"

    assert names_read(text) == [("forums.topic", 7), ("a.b", 2)]
    assert len(names_read(",".join(f"a.b:{number}" for number in range(100)))) == NAMES_MAX
    assert group_of("forums.topic:7") == "live.forums.topic.7"


def test_a_held_post_is_nobodys_news_until_it_is_approved(heard: list[Hint]) -> None:
    topic = asked(heard)
    post = held_post(topic=topic)
    assert drained(heard) == []
    assert not [name for name in SHOWN_ON if "held" in name]

    subject_of("forums.post").publish(post.pk, actor_id=ModeratorFactory().pk)

    assert drained(heard) == [Hint("forums.topic", topic.pk, OVERSEERS | {PUBLIC})]
