"""What pages are told: lists, topics, home, profiles; and what that costs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Site

from community.activity.contracts import RemoteChange
from community.activity.subjects import subject_of
from forums.models import Category, Post, Topic, TopicMember
from forums.selectors import (
    ask_page,
    category_page,
    home_blocks,
    member_answers,
    member_topics,
    post_to_edit,
    post_to_quote,
    post_url,
    tags_like,
    topic_list_page,
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
    topic_follow,
    topic_read_to,
)
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory, SupportAgentFactory

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Figures of the home page are cached between requests, not between tests."""
    cache.clear()


@pytest.fixture
def site() -> Site:
    """The site of every category a factory makes."""
    return Site.objects.get(is_default_site=True)


def titles(page: Any) -> list[str]:
    """Return the titles of a list, in order."""
    return [row.title for row in page.rows]


def test_a_list_is_ordered_by_what_was_last_said(site: Site) -> None:
    category = CategoryFactory()
    first, _second = (TopicFactory(category=category, title=title) for title in ("First one", "Second one"))
    assert titles(category_page(category.slug, site=site, viewer=VISITOR, query={})) == ["Second one", "First one"]

    PostFactory(topic=first)

    assert titles(category_page(category.slug, site=site, viewer=VISITOR, query={})) == ["First one", "Second one"]


def test_a_row_tells_what_a_reader_looks_for(site: Site) -> None:
    author, answerer = MemberFactory(name="Ann"), MemberFactory(name="Ben")
    topic = TopicFactory(author=author, title="It jams", tags=["L3"], language="de", category__slug="locks")
    PostFactory(topic=topic, author=answerer)
    same_problem_toggle(member=MemberFactory(), topic_id=topic.pk, wanted=True)

    row = topic_list_page(site=site, viewer=VISITOR, query={}).rows[0]

    assert (row.title, row.author, row.last_author, row.replies, row.same_problem) == ("It jams", "Ann", "Ben", 1, 1)
    assert (row.state, row.lang, row.closed, row.category_url) == ("answered", "de", False, "/c/locks/")
    assert (row.url, row.last_url) == (f"/t/{topic.pk}/it-jams/", f"/t/{topic.pk}/it-jams/#post-2")
    assert [(tag.name, tag.url) for tag in row.tags] == [("L3", "/c/locks/?tag=l3")]
    assert (row.unread, row.is_new) == (0, False)


def test_filters_and_tabs_stand_in_the_address(site: Site) -> None:
    category, me = CategoryFactory(), MemberFactory()
    TopicFactory(category=category, title="Mine one", author=me, language="es")
    answered = TopicFactory(category=category, title="Answered one", tags=["L3"])
    PostFactory(topic=answered)
    solved = TopicFactory(category=category, title="Solved one")
    answer_accept(member=solved.author, post_id=PostFactory(topic=solved).pk)

    def shown(**query: str) -> set[str]:
        return set(titles(category_page(category.slug, site=site, viewer=me, query=query)))

    assert shown() == {"Mine one", "Answered one", "Solved one"}
    assert shown(tab="unanswered") == shown(state="new") == shown(mine="1") == shown(language="es") == {"Mine one"}
    assert shown(state="solved") == {"Solved one"}
    assert shown(tag="l3") == {"Answered one"}
    assert shown(tag="l3", state="solved") == set()
    assert shown(tab="nonsense", state="nonsense", language="../", after="x") == shown()


def test_the_top_is_what_concerns_most_people(site: Site) -> None:
    category = CategoryFactory()
    quiet, loud = (TopicFactory(category=category, title=title) for title in ("Quiet one", "Loud one"))
    PostFactory(topic=quiet)
    same_problem_toggle(member=MemberFactory(), topic_id=loud.pk, wanted=True)

    assert titles(category_page(category.slug, site=site, viewer=VISITOR, query={"tab": "top"})) == [
        "Loud one",
        "Quiet one",
    ]


def test_unread_is_counted_from_what_was_read_and_new_from_what_was_never_opened(site: Site) -> None:
    me = MemberFactory(joined_at=timezone.now() - timedelta(days=30))
    category = CategoryFactory()
    read, muted, _fresh, _old = (
        TopicFactory(category=category, title=title, occurred_at=timezone.now() - timedelta(days=age))
        for title, age in (("Read one", 0), ("Muted one", 0), ("Fresh one", 1), ("Old one", 20))
    )
    for topic in (read, muted):
        topic_read_to(member=me, topic_id=topic.pk, number=1)
    topic_follow(member=me, topic_id=muted.pk, level=TopicMember.Level.MUTED)
    for topic in (read, read, muted):
        PostFactory(topic=topic)

    page = category_page(category.slug, site=site, viewer=me, query={})
    rows = {row.title: row for row in page.rows}

    assert {title: row.unread for title, row in rows.items()} == {
        "Read one": 2,
        "Muted one": 0,
        "Fresh one": 0,
        "Old one": 0,
    }
    assert {title for title, row in rows.items() if row.is_new} == {"Fresh one"}
    assert rows["Read one"].unread_url == f"{rows['Read one'].url}#post-2"
    assert titles(category_page(category.slug, site=site, viewer=me, query={"tab": "unread"})) == ["Read one"]
    assert titles(category_page(category.slug, site=site, viewer=me, query={"tab": "new"})) == ["Fresh one"]
    assert page.counts == {"unanswered": 2, "new": 1, "unread": 1}


def test_lists_are_paged_by_keyset(site: Site) -> None:
    category = CategoryFactory()
    for number in range(7):
        TopicFactory(category=category, title=f"Topic {number}")

    first = category_page(category.slug, site=site, viewer=VISITOR, query={}, size=3)
    second = category_page(category.slug, site=site, viewer=VISITOR, query={"after": first.older}, size=3)
    back = category_page(category.slug, site=site, viewer=VISITOR, query={"before": second.newer}, size=3)

    assert titles(first) == ["Topic 6", "Topic 5", "Topic 4"]
    assert titles(second) == ["Topic 3", "Topic 2", "Topic 1"]
    assert titles(back) == titles(first)
    assert first.newer == ""


def test_nothing_of_a_closed_category_is_listed_or_found(site: Site) -> None:
    category = CategoryFactory(audience="role:support_agent")
    agent = SupportAgentFactory()
    topic = TopicFactory(category=category, author=agent)

    with pytest.raises(Http404):
        category_page(category.slug, site=site, viewer=MemberFactory(), query={})
    with pytest.raises(Http404):
        topic_page(topic.pk, site=site, viewer=MemberFactory())
    with pytest.raises(Http404):
        post_url(topic.posts.get().pk, viewer=VISITOR)
    assert titles(topic_list_page(site=site, viewer=VISITOR, query={})) == []
    assert titles(topic_list_page(site=site, viewer=agent, query={})) == [topic.title]


def test_a_site_shows_its_own_only(site: Site) -> None:
    topic = TopicFactory()
    other = Site.objects.create(hostname="other.example", root_page=site.root_page)

    with pytest.raises(Http404):
        topic_page(topic.pk, site=other, viewer=VISITOR)
    assert topic_list_page(site=other, viewer=VISITOR, query={}).rows == []


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


def _filled(topics: int) -> Category:
    """Return a category of so many topics, each with tags and an accepted answer; the first has as many replies."""
    category = CategoryFactory()
    for number in range(topics):
        topic = TopicFactory(category=category, tags=["a1", f"t{number}"])
        answer_accept(member=topic.author, post_id=PostFactory(topic=topic).pk)
    topic = category.topics.earliest("id")
    for _ in range(topics):
        PostFactory(topic=topic, author=topic.author)
    return category


READS: dict[str, tuple[int, int, Callable[[Category, Topic, Any], Any]]] = {
    "category": (
        3,
        5,
        lambda category, _topic, viewer: category_page(category.slug, site=category.site, viewer=viewer, query={}),
    ),
    "all": (3, 5, lambda category, _topic, viewer: topic_list_page(site=category.site, viewer=viewer, query={})),
    "home": (5, 7, lambda category, _topic, viewer: home_blocks(site=category.site, viewer=viewer)),
    "topic": (3, 3, lambda category, topic, viewer: topic_page(topic.pk, site=category.site, viewer=viewer)),
    "topics of": (
        1,
        1,
        lambda category, topic, viewer: member_topics(topic.author_id, site=category.site, viewer=viewer),
    ),
    "answers of": (
        1,
        1,
        lambda category, topic, viewer: member_answers(topic.author_id, site=category.site, viewer=viewer),
    ),
}
"""Ceilings for a visitor and a member, of the selectors alone: a page adds session, member, draft and read mark."""


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "member"])
def test_a_page_costs_the_same_with_3_and_with_30_rows(name: str, signed_in: bool) -> None:
    *ceilings, read = READS[name]
    viewer = MemberFactory() if signed_in else VISITOR
    counts = []
    for size in (3, 30):
        category = _filled(size)
        category = Category.objects.select_related("site").get(pk=category.pk)
        cache.clear()
        topic = Topic.objects.filter(category=category).earliest("id")
        with CaptureQueriesContext(connection) as queries:
            read(category, topic, viewer)
        counts.append(len(queries))
        assert not [query for query in queries if " OFFSET " in query["sql"]]
        assert not [query for query in queries if "COUNT(" in query["sql"] and 'FROM "forums_post"' in query["sql"]]

    assert counts[0] == counts[1] <= ceilings[signed_in]
