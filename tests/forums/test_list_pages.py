"""What lists are told: rows, tabs, filters, pages; and what they never show."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils import timezone
from wagtail.models import Site

from forums.models import TopicMember
from forums.selectors import (
    category_page,
    post_url,
    topic_list_page,
    topic_page,
)
from forums.services import (
    answer_accept,
    same_problem_toggle,
    topic_follow,
    topic_read_to,
)
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory, SupportAgentFactory

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


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
