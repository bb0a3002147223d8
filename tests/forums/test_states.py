"""Every state, every thing that can happen in it, and where it may lead."""

from itertools import product

import pytest

from community.core.errors import Denied
from forums.models import Post, Topic
from forums.services import (
    answer_accept,
    answer_unaccept,
    counters_repair,
    post_hide,
    post_restore,
    question_escalate,
    question_hand_over,
    reply_create,
)
from forums.states import LEGAL, Kind, State, state_of
from tests.factories.forums import TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory, SupportAgentFactory

pytestmark = pytest.mark.django_db
FACTS = list(product([False, True], [False, True], [0, 1, 5]))
EXPECTED = {
    # state: event -> state after; None: refused. Every question here has one visible answer unless it is new.
    "new": {
        "reply": "answered",
        "own reply": "new",
        "hide answer": None,
        "escalate": "escalated",
        "rule": "escalated",
        "accept": None,
        "accept own": "solved",
        "unaccept": "new",
    },
    "answered": {
        "reply": "answered",
        "own reply": "answered",
        "hide answer": "new",
        "escalate": "escalated",
        "rule": "escalated",
        "accept": "solved",
        "accept own": "solved",
        "unaccept": "answered",
    },
    "solved": {
        "reply": "solved",
        "own reply": "solved",
        "hide answer": "new",
        "escalate": None,
        "rule": "solved",
        "accept": "solved",
        "accept own": "solved",
        "unaccept": "answered",
    },
    "escalated": {
        "reply": "escalated",
        "own reply": "escalated",
        "hide answer": "escalated",
        "escalate": None,
        "rule": "escalated",
        "accept": "solved",
        "accept own": "solved",
        "unaccept": "escalated",
    },
    "open": {
        "reply": "open",
        "own reply": "open",
        "hide answer": "open",
        "escalate": None,
        "rule": "open",
        "accept": None,
        "accept own": None,
        "unaccept": "open",
    },
}


def topic_in(state: str) -> Topic:
    """Return a topic in `state`, with one answer unless it is new."""
    topic = TopicFactory(category__discussion=state == "open")
    if state != "new":
        answer = reply_create(member=MemberFactory(), topic_id=topic.pk, body="answer")
    if state == "solved":
        answer_accept(member=topic.author, post_id=answer.pk)
    if state == "escalated":
        question_escalate(member=SupportAgentFactory(), topic_id=topic.pk)
    topic.refresh_from_db()
    assert topic.state == state
    return topic


def happen(event: str, topic: Topic) -> None:
    """Let `event` happen to the topic."""
    asker = topic.author
    answer = Post.objects.filter(topic=topic, number__gt=1).exclude(author=asker).first()
    if event == "reply":
        reply_create(member=MemberFactory(), topic_id=topic.pk, body="another")
    elif event == "own reply":
        reply_create(member=asker, topic_id=topic.pk, body="more about it")
    elif event == "hide answer":
        post_hide(member=ModeratorFactory(), post_id=answer.pk)
    elif event == "escalate":
        question_escalate(member=SupportAgentFactory(), topic_id=topic.pk)
    elif event == "rule":
        question_hand_over(topic_id=topic.pk, actor_id=None)
    elif event == "accept":
        answer_accept(member=asker, post_id=answer.pk)
    elif event == "accept own":
        own = reply_create(member=asker, topic_id=topic.pk, body="found it")
        answer_accept(member=asker, post_id=own.pk)
    elif event == "unaccept":
        answer_unaccept(member=asker, topic_id=topic.pk)


@pytest.mark.parametrize(
    ("state", "event", "after"),
    [(state, event, after) for state, events in EXPECTED.items() for event, after in events.items()],
)
def test_each_event_in_each_state_leads_where_the_table_says(state: str, event: str, after: str | None) -> None:
    topic = topic_in(state)
    if after is None and event in ("hide answer", "accept") and state == "new":
        assert topic.answer_count == 0  # there is nothing to hide or accept
        return

    if after is None:
        with pytest.raises(Denied):
            happen(event, topic)
    else:
        happen(event, topic)

    topic.refresh_from_db()
    assert topic.state == (after or state)
    assert topic.state == state or State(topic.state) in LEGAL[State(state)]
    assert counters_repair() == 0


def test_the_table_covers_every_state_and_every_legal_move() -> None:
    seen = {
        state: {after for after in events.values() if after and after != state} for state, events in EXPECTED.items()
    }
    unaccepted = {"solved": {"escalated"}}  # of a question that was escalated first, below

    assert set(EXPECTED) == set(State.values)
    for state in State:
        assert seen[state.value] | unaccepted.get(state.value, set()) == {after.value for after in LEGAL[state]}


def test_an_escalated_question_solved_and_taken_back_is_with_support_again() -> None:
    topic = topic_in("escalated")

    happen("accept", topic)
    happen("unaccept", topic)

    topic.refresh_from_db()
    assert topic.state == "escalated"


def test_restoring_an_answer_answers_again() -> None:
    topic = topic_in("answered")
    answer = topic.posts.get(number=2)

    post_hide(member=ModeratorFactory(), post_id=answer.pk)
    post_restore(member=ModeratorFactory(), post_id=answer.pk)

    topic.refresh_from_db()
    assert topic.state == "answered"


@pytest.mark.parametrize(("accepted", "escalated", "answers"), FACTS)
def test_the_state_follows_from_the_facts(accepted: bool, escalated: bool, answers: int) -> None:
    state = state_of(kind=Kind.QUESTION, accepted=accepted, escalated=escalated, answers=answers)

    expected = State.SOLVED if accepted else State.ESCALATED if escalated else State.ANSWERED if answers else State.NEW
    assert state == expected
    assert state_of(kind=Kind.DISCUSSION, accepted=accepted, escalated=escalated, answers=answers) == State.OPEN
