"""Drafts: kept on the server, never overwritten in silence."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from community.core.errors import Denied, Invalid
from forums.errors import DraftConflict
from forums.models import Draft
from forums.selectors import draft_of, drafts_of
from forums.services import draft_discard, draft_save, drafts_expire, post_hide
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory

pytestmark = pytest.mark.django_db


def test_a_draft_grows_with_its_sequence() -> None:
    member = MemberFactory()

    first = draft_save(member=member, context="ask", sequence=0, title="T", body="a", tags=["x"])
    second = draft_save(member=member, context="ask", sequence=first.sequence, title="T", body="ab", tags=["x"])

    found = draft_of(member, "ask")
    assert found is not None
    assert (first.sequence, second.sequence, found.body, found.tags) == (1, 2, "ab", ("x",))


def test_two_windows_never_overwrite_each_other_in_silence() -> None:
    member = MemberFactory()
    draft_save(member=member, context="ask", sequence=0, body="here")

    with pytest.raises(DraftConflict) as conflict:
        draft_save(member=member, context="ask", sequence=0, body="there")

    assert conflict.value.current is not None
    assert conflict.value.current.body == "here"
    assert Draft.objects.get().body == "here"


def test_a_window_that_outlived_its_draft_is_told() -> None:
    member = MemberFactory()
    draft = draft_save(member=member, context="ask", sequence=0, body="here")
    draft_discard(member=member, context="ask")

    with pytest.raises(DraftConflict) as conflict:
        draft_save(member=member, context="ask", sequence=draft.sequence, body="more")

    assert conflict.value.current is None


def test_saving_the_same_text_again_is_no_conflict() -> None:
    member = MemberFactory()

    draft_save(member=member, context="ask", sequence=0, body="same")

    assert draft_save(member=member, context="ask", sequence=0, body="same").sequence == 1


def test_a_window_discards_only_what_it_has_seen() -> None:
    member = MemberFactory()
    draft_save(member=member, context="ask", sequence=0, body="a")
    draft_save(member=member, context="ask", sequence=1, body="b")

    with pytest.raises(DraftConflict):
        draft_discard(member=member, context="ask", sequence=1)

    draft_discard(member=member, context="ask", sequence=2)
    draft_discard(member=member, context="ask", sequence=2)
    assert not Draft.objects.exists()


@pytest.mark.parametrize("context", ["", "asks", "reply:", "reply:x", "edit:1;", "ask:a b", "ask\n"])
def test_only_forms_have_drafts(context: str) -> None:
    with pytest.raises(Invalid):
        draft_save(member=MemberFactory(), context=context, sequence=0, body="x")


def test_a_draft_has_limits_and_needs_a_member_who_may_write() -> None:
    with pytest.raises(Invalid):
        draft_save(member=MemberFactory(), context="ask", sequence=0, body="x" * 30_001)
    with pytest.raises(Denied):
        draft_save(member=MemberFactory(suspended=True), context="ask", sequence=0, body="x")


def test_the_list_of_drafts_leads_back_to_each_and_leaves_out_what_is_gone() -> None:
    topic = TopicFactory(title="Open topic")
    post, hidden = PostFactory(topic=topic), PostFactory(topic__title="Hidden topic")
    member = post.author
    post_hide(member=ModeratorFactory(), post_id=hidden.topic.posts.get(number=1).pk)
    for context in ("ask:category-x", f"reply:{topic.pk}", f"edit:{post.pk}", f"reply:{hidden.topic_id}"):
        draft_save(member=member, context=context, sequence=0, body=f"text of {context}")

    rows = {row.context: row for row in drafts_of(member)}

    assert rows.keys() == {"ask:category-x", f"reply:{topic.pk}", f"edit:{post.pk}"}
    assert rows["ask:category-x"].url == "/ask/?category=category-x"
    assert rows[f"reply:{topic.pk}"].title == "Open topic"
    assert rows[f"reply:{topic.pk}"].url.endswith("#reply")
    assert rows[f"edit:{post.pk}"].excerpt == f"text of edit:{post.pk}"


def test_drafts_nobody_touched_for_half_a_year_go() -> None:
    member = MemberFactory()
    with time_machine.travel(timezone.now() - timedelta(days=181)):
        draft_save(member=member, context="ask", sequence=0, body="old")
    draft_save(member=member, context="ask:new", sequence=0, body="new")

    assert drafts_expire() == 1
    assert Draft.objects.get().body == "new"
