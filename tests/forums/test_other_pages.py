"""What home, profiles, the ask form and quotations are told."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from wagtail.models import Site

from forums.selectors import (
    ask_page,
    home_blocks,
    member_answers,
    member_topics,
    post_to_edit,
    post_to_quote,
    tags_like,
)
from forums.services import (
    answer_accept,
    post_hide,
    topic_read_to,
)
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def test_home_for_a_visitor_and_for_a_member(site: Site) -> None:
    me = MemberFactory(joined_at=timezone.now() - timedelta(days=30))
    waiting = TopicFactory(title="Waiting one", occurred_at=timezone.now() - timedelta(hours=3))
    solved = TopicFactory(
        title="Solved one", occurred_at=timezone.now() - timedelta(hours=2), category=waiting.category
    )
    answer = PostFactory(topic=solved, occurred_at=timezone.now() - timedelta(hours=1))
    answer_accept(member=solved.author, post_id=answer.pk)
    topic_read_to(member=me, topic_id=waiting.pk, number=1)

    visitor, member = home_blocks(site=site, viewer=VISITOR), home_blocks(site=site, viewer=me)

    assert [row.title for row in visitor.latest] == ["Solved one", "Waiting one"]
    assert [row.title for row in visitor.waiting] == ["Waiting one"]
    assert (visitor.since, [row.title for row in member.since]) == ([], ["Solved one"])
    assert [(card.topic_count, card.fresh) for card in member.categories] == [(2, 1)]
    week = visitor.week
    assert (week.asked, week.answered, week.solved) == (2, 1, 1)
    assert week.first_reply_s == pytest.approx(3_600, abs=2)
    assert [(helper.name, helper.accepted) for helper in visitor.most_helpful] == [(answer.author.name, 1)]


def test_figures_of_closed_categories_stay_there(site: Site) -> None:
    TopicFactory(category=CategoryFactory(audience="staff"), author=ModeratorFactory())

    assert home_blocks(site=site, viewer=VISITOR).week.asked == 0
    assert home_blocks(site=site, viewer=ModeratorFactory()).week.asked == 1


def test_a_profile_lists_what_a_member_asked_and_answered(site: Site) -> None:
    me = MemberFactory()
    topic = TopicFactory(author=me, title="My question")
    answered = TopicFactory(title="Their question")
    answer = PostFactory(topic=answered, author=me, body="Do it *so*.")
    answer_accept(member=answered.author, post_id=answer.pk)
    secret = PostFactory(author=me)
    post_hide(member=ModeratorFactory(), post_id=secret.pk)

    topics = member_topics(me.pk, site=site, viewer=VISITOR)
    answers = member_answers(me.pk, site=site, viewer=VISITOR)

    assert [row.id for row in topics.rows] == [topic.pk]
    assert [(row.id, row.topic_title, row.excerpt, row.is_accepted) for row in answers.rows] == [
        (answer.pk, "Their question", "Do it so.", True)
    ]


def test_one_may_ask_where_one_may_write(site: Site) -> None:
    CategoryFactory(slug="open-one", intro="Say **what**.", template="Steps:")
    CategoryFactory(slug="staff-one", audience="staff")

    page = ask_page(site=site, viewer=MemberFactory(), slug="open-one")
    staff = ask_page(site=site, viewer=ModeratorFactory(), slug="nowhere")

    assert [card.slug for card in page.categories] == ["open-one"]
    assert page.category is not None
    assert "<strong>what</strong>" in page.intro_html
    assert page.template == "Steps:"
    assert {card.slug for card in staff.categories} == {"open-one", "staff-one"}
    assert staff.category is None


def test_a_quotation_names_its_author_and_place(site: Site) -> None:
    post = PostFactory(author=MemberFactory(name="An[a] *B*"), body="one\n\ntwo")

    quoted = post_to_quote(post.pk, viewer=MemberFactory())

    assert quoted.startswith("> one\n>\n> two\n>\n> *[An\\[a\\] \\*B\\*, post 2](/t/")


def test_a_post_to_edit_comes_with_all_its_form_needs() -> None:
    topic = TopicFactory(title="A title", body="text", tags=["B b"])

    source = post_to_edit(topic.posts.get().pk, viewer=topic.author)

    assert (source.topic_title, source.raw, source.edit_number, source.tags) == ("A title", "text", 0, ("B b",))


def test_tags_are_offered_by_their_beginning(site: Site) -> None:
    TopicFactory(tags=["Firmware", "Fire", "Lock"])

    assert tags_like("fir", site=site) == ["Fire", "Firmware"]
    assert tags_like(" ", site=site) == []
