"""Escalation, and what a CRM says afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from community.activity.contracts import CaseFacts, RemoteChange
from community.activity.subjects import subject_of
from community.core.errors import Denied
from forums.models import Topic, TopicCase
from forums.services import answer_accept, post_hide, question_escalate, topic_close
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory, ProductManagerFactory, SupportAgentFactory
from tests.forums.log import last_activity, recorded

pytestmark = pytest.mark.django_db


def change(topic: Topic, *, minutes: int = 0, connection_id: int = 4, **fields: Any) -> RemoteChange:
    """Return a change of the case of `topic`, made `minutes` from now."""
    return RemoteChange(
        connection_id=connection_id,
        system="Tryton",
        subject_kind="forums.topic",
        subject_id=topic.pk,
        fields=fields,
        changed_at=timezone.now() + timedelta(minutes=minutes),
    )


def test_an_agent_hands_a_question_to_support() -> None:
    topic, agent = TopicFactory(), SupportAgentFactory()

    question_escalate(member=agent, topic_id=topic.pk)

    topic.refresh_from_db()
    assert topic.state == "escalated"
    assert topic.escalated_at is not None
    assert (last_activity("question_escalated").actor_id, last_activity("question_escalated").origin) == (
        agent.pk,
        "web",
    )


@pytest.mark.parametrize("factory", [MemberFactory, ProductManagerFactory])
def test_others_cannot(factory: Any) -> None:
    with pytest.raises(Denied):
        question_escalate(member=factory(), topic_id=TopicFactory().pk)


def test_the_rule_hands_over_once() -> None:
    topic, subject = TopicFactory(), subject_of("forums.topic")

    assert subject.escalate(topic.pk, actor_id=None)
    assert not subject.escalate(topic.pk, actor_id=None)

    assert recorded("question_escalated") == [("question_escalated", topic.pk)]
    assert last_activity("question_escalated").origin == "system"


def test_the_rule_leaves_alone_what_is_solved_hidden_or_no_question() -> None:
    solved, hidden, talk = TopicFactory(), TopicFactory(), TopicFactory(category__discussion=True)
    answer_accept(member=solved.author, post_id=PostFactory(topic=solved).pk)
    post_hide(member=ModeratorFactory(), post_id=hidden.posts.get().pk)

    assert not any(subject_of("forums.topic").escalate(topic.pk, actor_id=None) for topic in (solved, hidden, talk))
    with pytest.raises(LookupError):
        subject_of("forums.topic").escalate(999, actor_id=None)


def test_waiting_are_visible_open_questions_nobody_else_wrote_in() -> None:
    now = timezone.now()
    old, older = (TopicFactory(occurred_at=now - timedelta(hours=hours)) for hours in (30, 40))
    PostFactory(topic=old, author=old.author)
    answered = PostFactory(topic=TopicFactory(occurred_at=now - timedelta(hours=30))).topic
    hidden, closed, talk = (
        TopicFactory(occurred_at=now - timedelta(hours=30), category__discussion=discussion)
        for discussion in (False, False, True)
    )
    post_hide(member=ModeratorFactory(), post_id=hidden.posts.get().pk)
    topic_close(member=ModeratorFactory(), topic_id=closed.pk)
    TopicFactory(occurred_at=now - timedelta(hours=2))
    TopicFactory(occurred_at=now - timedelta(days=60))

    waiting = subject_of("forums.topic").waiting(
        asked_after=now - timedelta(days=30), asked_before=now - timedelta(hours=24)
    )

    assert waiting == [older.pk, old.pk]
    assert answered.pk not in waiting
    assert talk.pk not in waiting


def test_only_an_escalated_question_has_facts_for_a_crm() -> None:
    topic, other = TopicFactory(title="It jams", body="It **jams** " + "again " * 1_000, tags=["L3"]), TopicFactory()
    PostFactory(topic=topic)
    question_escalate(member=SupportAgentFactory(), topic_id=topic.pk)

    facts = subject_of("forums.topic").facts([topic.pk, other.pk])

    assert facts.keys() == {topic.pk}
    case = facts[topic.pk]
    assert isinstance(case, CaseFacts)
    assert (case.contact_id, case.subject, case.state, case.answers, case.tags) == (
        topic.author_id,
        "It jams",
        "escalated",
        1,
        ("l3",),
    )
    assert case.description.startswith("It jams again")
    assert len(case.description) == 4_000
    assert (case.url, case.asked_at, case.solved_at) == (f"/t/{topic.pk}/it-jams/", topic.asked_at, None)


def test_a_solved_escalation_says_so() -> None:
    topic = TopicFactory()
    post = PostFactory(topic=topic)
    question_escalate(member=SupportAgentFactory(), topic_id=topic.pk)

    answer_accept(member=topic.author, post_id=post.pk)

    case = subject_of("forums.topic").facts([topic.pk])[topic.pk]
    assert isinstance(case, CaseFacts)
    assert case.state == "solved"
    assert case.solved_at is not None


def test_what_a_crm_says_stands_on_the_topic_and_in_the_log() -> None:
    topic = TopicFactory()

    subject_of("forums.topic").apply_remote(change(topic, case_state="waiting", case_reference="C-7"))

    case = TopicCase.objects.get()
    assert (case.topic, case.system, case.state, case.reference) == (topic, "Tryton", "waiting", "C-7")
    told = last_activity("case_changed")
    assert (told.subject_id, told.actor_id, told.origin) == (topic.pk, None, "crm:4")
    assert told.payload == {"connection_id": 4, "state": "waiting"}


def test_hearing_it_again_or_late_changes_nothing() -> None:
    topic, apply = TopicFactory(), subject_of("forums.topic").apply_remote
    news = change(topic, case_state="solved", case_reference="C-7")
    apply(news)

    apply(news)
    apply(change(topic, minutes=-10, case_state="open"))
    apply(change(topic, minutes=10, case_reference="C-7"))

    assert TopicCase.objects.get().state == "solved"
    assert len(recorded("case_changed")) == 1


def test_two_crms_each_have_their_case() -> None:
    topic, apply = TopicFactory(), subject_of("forums.topic").apply_remote

    apply(change(topic, case_state="open"))
    apply(change(topic, connection_id=5, case_state="closed"))

    assert sorted(TopicCase.objects.values_list("connection_id", "state")) == [(4, "open"), (5, "closed")]


def test_a_case_solved_or_closed_there_changes_no_answer_here() -> None:
    topic = TopicFactory()
    post = PostFactory(topic=topic)
    question_escalate(member=SupportAgentFactory(), topic_id=topic.pk)
    subject_of("forums.topic").apply_remote(change(topic, case_state="solved"))
    topic.refresh_from_db()
    assert (topic.state, topic.accepted_post) == ("escalated", None)

    answer_accept(member=topic.author, post_id=post.pk)
    subject_of("forums.topic").apply_remote(change(topic, minutes=5, case_state="open"))

    topic.refresh_from_db()
    assert (topic.state, topic.accepted_post) == ("solved", post)


def test_a_case_of_a_topic_that_is_gone_is_a_lookup_error() -> None:
    topic = TopicFactory()
    Topic.objects.filter(pk=topic.pk).delete()

    with pytest.raises(LookupError):
        subject_of("forums.topic").apply_remote(change(topic, case_state="open"))


def test_a_state_we_do_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="lost"):
        subject_of("forums.topic").apply_remote(change(TopicFactory(), case_state="lost"))

    assert not TopicCase.objects.exists()
