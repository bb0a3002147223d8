"""What the page of a topic is told: posts, who may do what, what the CRM says, what is related."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from wagtail.models import Site

from community.activity.contracts import RemoteChange
from community.activity.subjects import subject_of
from forums.models import Post, TopicMember
from forums.selectors import (
    topic_page,
)
from forums.services import (
    answer_accept,
    helpful_toggle,
    post_delete,
    post_hide,
    question_escalate,
    same_problem_toggle,
    topic_close,
    topic_read_to,
)
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory, SupportAgentFactory

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def test_a_topic_shows_its_question_and_replies(site: Site) -> None:
    topic = TopicFactory(body="the *question*")
    reply = PostFactory(topic=topic, author=SupportAgentFactory(name="Sue", title="engineer"))

    page = topic_page(topic.pk, site=site, viewer=VISITOR)

    assert "<em>question</em>" in page.question.cooked
    assert [(post.id, post.number) for post in page.posts] == [(reply.pk, 2)]
    assert (page.posts[0].author.name, page.posts[0].author.title, page.posts[0].author.is_staff) == (
        "Sue",
        "engineer",
        True,
    )
    assert (page.replies, page.first_number, page.last_number, page.later_url, page.earlier_url) == (1, 2, 2, "", "")
    assert not page.may_reply
    assert page.reply_denial == "Sign in first."
    assert [person.name for person in page.people] == [topic.author.name, "Sue"]


def test_a_long_topic_opens_in_windows_of_numbers(site: Site) -> None:
    topic = TopicFactory()
    for _ in range(45):
        PostFactory(topic=topic)

    first, middle, last = (topic_page(topic.pk, site=site, viewer=VISITOR, number=number) for number in (1, 22, 46))

    assert [post.number for post in first.posts] == list(range(2, 22))
    assert [post.number for post in middle.posts] == list(range(22, 42))
    assert [post.number for post in last.posts] == list(range(42, 47))
    assert first.later_url == middle.url + "?post=22#post-22"
    assert middle.earlier_url.endswith("/#post-21")
    assert middle.later_url.endswith("?post=42#post-42")
    assert (last.later_url, last.end_url.endswith("?post=46#post-46"), last.question.number) == ("", True, 1)
    assert topic_page(topic.pk, site=site, viewer=VISITOR, number=10**9).first_number == 42


def test_the_accepted_answer_stands_above_wherever_it_was_written(site: Site) -> None:
    topic = TopicFactory()
    posts = [PostFactory(topic=topic) for _ in range(25)]
    answer_accept(member=topic.author, post_id=posts[24].pk)

    first, last = (topic_page(topic.pk, site=site, viewer=VISITOR, number=number) for number in (1, 26))

    assert first.answer is not None
    assert first.answer.id == posts[24].pk
    assert all(not post.is_above for post in first.posts)
    assert [post.is_above for post in last.posts] == [False, False, False, False, True]


def test_hidden_and_deleted_replies_leave_a_line_without_text_or_name(site: Site) -> None:
    topic = TopicFactory()
    gone, hidden, held = (PostFactory(topic=topic, body="secret words") for _ in range(3))
    post_delete(member=gone.author, post_id=gone.pk)
    post_hide(member=ModeratorFactory(), post_id=hidden.pk)
    Post.objects.filter(pk=held.pk).update(visibility="held")

    page = topic_page(topic.pk, site=site, viewer=MemberFactory())
    author = topic_page(topic.pk, site=site, viewer=hidden.author)
    moderator = topic_page(topic.pk, site=site, viewer=ModeratorFactory())

    assert [(post.number, post.is_stub, post.cooked) for post in page.posts] == [(2, True, ""), (3, True, "")]
    assert [person.name for person in page.people] == [topic.author.name]
    assert [post.is_stub for post in author.posts] == [True, False]
    assert [post.is_stub for post in moderator.posts] == [False, False, False]
    assert [post.may_restore for post in moderator.posts] == [True, True, True]


def test_the_page_says_what_each_viewer_may_do(site: Site) -> None:
    topic = TopicFactory()
    post = PostFactory(topic=topic)

    asker, author, other, moderator, agent = (
        topic_page(topic.pk, site=site, viewer=viewer)
        for viewer in (topic.author, post.author, MemberFactory(), ModeratorFactory(), SupportAgentFactory())
    )

    def may(page: Any) -> set[str]:
        view = page.posts[0]
        verbs = {
            name for name in ("edit", "delete", "hide", "restore", "accept", "press") if getattr(view, f"may_{name}")
        }
        return verbs | {name for name in ("reply", "join", "escalate", "close") if getattr(page, f"may_{name}")}

    assert may(asker) == {"accept", "press", "reply"}
    assert may(author) == {"edit", "delete", "reply", "join"}
    assert may(other) == {"press", "reply", "join"}
    assert may(moderator) == {"edit", "delete", "hide", "accept", "press", "reply", "join", "escalate", "close"}
    assert may(agent) == {"accept", "press", "reply", "join", "escalate"}
    assert asker.is_asker
    assert asker.question.may_edit


def test_the_page_knows_what_the_viewer_did(site: Site) -> None:
    topic, me = TopicFactory(), MemberFactory()
    post, _later = PostFactory(topic=topic), PostFactory(topic=topic)
    helpful_toggle(member=me, post_id=post.pk, wanted=True)
    same_problem_toggle(member=me, topic_id=topic.pk, wanted=True)
    topic_read_to(member=me, topic_id=topic.pk, number=2)

    page = topic_page(topic.pk, site=site, viewer=me)

    assert [view.helped for view in page.posts] == [True, False]
    assert (page.joined, page.level, page.level_reason) == (True, TopicMember.Level.WATCHING, "same_problem")
    assert (page.last_read, page.first_unread, page.first_unread_url.endswith("#post-3")) == (2, 3, True)
    assert [view.is_new for view in page.posts] == [False, True]


def test_a_closed_topic_says_why_nobody_can_reply(site: Site) -> None:
    topic = TopicFactory()
    topic_close(member=ModeratorFactory(), topic_id=topic.pk)

    page = topic_page(topic.pk, site=site, viewer=MemberFactory())

    assert (page.may_reply, page.reply_denial) == (False, "This topic is closed to new replies.")


def test_what_the_crm_says_is_shown_and_its_number_to_staff_only(site: Site) -> None:
    topic, agent = TopicFactory(), SupportAgentFactory()
    question_escalate(member=agent, topic_id=topic.pk)
    subject_of("forums.topic").apply_remote(
        RemoteChange(
            connection_id=1,
            system="Tryton",
            subject_kind="forums.topic",
            subject_id=topic.pk,
            fields={"case_state": "waiting", "case_reference": "C-7"},
            changed_at=timezone.now(),
        )
    )

    public, staff = (topic_page(topic.pk, site=site, viewer=viewer).cases for viewer in (VISITOR, agent))

    assert [(case.system, case.state, case.reference) for case in public] == [("Tryton", "waiting", "")]
    assert [case.reference for case in staff] == ["C-7"]


def test_related_topics_share_tags_and_are_visible(site: Site) -> None:
    category = CategoryFactory()
    topic = TopicFactory(category=category, tags=["a1", "b1"])
    TopicFactory(category=category, title="Both tags", tags=["b1", "a1"])
    TopicFactory(title="One tag", tags=["a1"])
    TopicFactory(category=category, title="No tag")
    hidden = TopicFactory(category=category, title="Hidden one", tags=["a1"])
    post_hide(member=ModeratorFactory(), post_id=hidden.posts.get().pk)
    TopicFactory(category=CategoryFactory(audience="staff"), author=ModeratorFactory(), tags=["a1"])

    related = topic_page(topic.pk, site=site, viewer=VISITOR).related

    assert [other.title for other in related] == ["Both tags", "One tag"]


def test_without_tags_neighbours_in_the_category_are_related(site: Site) -> None:
    topic = TopicFactory()
    TopicFactory(category=topic.category, title="Neighbour")
    TopicFactory(title="Stranger")

    assert [other.title for other in topic_page(topic.pk, site=site, viewer=VISITOR).related] == ["Neighbour"]
