"""Accepting an answer once, moving it, taking it back."""

import pytest

from community.core.errors import Denied
from forums.services import answer_accept, answer_unaccept, post_hide, question_escalate
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory, SupportAgentFactory
from tests.forums.log import last_activity, recorded

pytestmark = pytest.mark.django_db
ACCEPTANCES = ("answer_accepted", "answer_unaccepted")


def test_the_asker_accepts_an_answer() -> None:
    topic = TopicFactory()
    post = PostFactory(topic=topic)

    answer_accept(member=topic.author, post_id=post.pk)

    topic.refresh_from_db()
    assert (topic.accepted_post, topic.state) == (post, "solved")
    assert topic.accepted_at is not None
    assert last_activity("answer_accepted").subject_id == post.pk
    assert last_activity("answer_accepted").payload == {
        "topic_id": topic.pk,
        "author_id": post.author_id,
        "asker_id": topic.author_id,
    }


def test_staff_may_accept_and_others_may_not() -> None:
    post = PostFactory()

    with pytest.raises(Denied):
        answer_accept(member=post.author, post_id=post.pk)
    with pytest.raises(Denied):
        answer_accept(member=MemberFactory(), post_id=post.pk)

    assert answer_accept(member=SupportAgentFactory(), post_id=post.pk).state == "solved"


def test_accepting_twice_tells_once() -> None:
    topic = TopicFactory()
    post = PostFactory(topic=topic)

    answer_accept(member=topic.author, post_id=post.pk)
    answer_accept(member=topic.author, post_id=post.pk)

    assert recorded(*ACCEPTANCES) == [("answer_accepted", post.pk)]


def test_accepting_another_answer_moves_the_acceptance() -> None:
    topic = TopicFactory()
    first, second = PostFactory(topic=topic), PostFactory(topic=topic)

    answer_accept(member=topic.author, post_id=first.pk)
    answer_accept(member=topic.author, post_id=second.pk)

    topic.refresh_from_db()
    assert (topic.accepted_post, topic.state) == (second, "solved")
    assert recorded(*ACCEPTANCES) == [
        ("answer_accepted", first.pk),
        ("answer_unaccepted", first.pk),
        ("answer_accepted", second.pk),
    ]
    assert last_activity("answer_unaccepted").payload["author_id"] == first.author_id


@pytest.mark.parametrize(("escalated", "state"), [(False, "answered"), (True, "escalated")])
def test_taking_it_back_makes_the_question_what_it_was(escalated: bool, state: str) -> None:
    topic = TopicFactory()
    post = PostFactory(topic=topic)
    if escalated:
        question_escalate(member=SupportAgentFactory(), topic_id=topic.pk)
    answer_accept(member=topic.author, post_id=post.pk)

    answer_unaccept(member=topic.author, topic_id=topic.pk)
    answer_unaccept(member=topic.author, topic_id=topic.pk)

    topic.refresh_from_db()
    assert (topic.accepted_post, topic.accepted_at, topic.state) == (None, None, state)
    assert recorded(*ACCEPTANCES) == [("answer_accepted", post.pk), ("answer_unaccepted", post.pk)]


def test_an_own_reply_may_solve_it_and_taking_it_back_leaves_it_unanswered() -> None:
    topic = TopicFactory()
    own = PostFactory(topic=topic, author=topic.author)

    assert answer_accept(member=topic.author, post_id=own.pk).state == "solved"
    assert answer_unaccept(member=topic.author, topic_id=topic.pk).state == "new"


def test_the_question_a_hidden_reply_and_a_discussion_cannot_be_answers() -> None:
    topic, talk = TopicFactory(), TopicFactory(category__discussion=True)
    hidden, said = PostFactory(topic=topic), PostFactory(topic=talk)
    post_hide(member=ModeratorFactory(), post_id=hidden.pk)

    for author, post in ((topic.author, topic.posts.get(number=1)), (topic.author, hidden), (talk.author, said)):
        with pytest.raises(Denied):
            answer_accept(member=author, post_id=post.pk)
