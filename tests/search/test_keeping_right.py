"""Filling, checking, rebuilding and telling: the index beside the database."""

import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from wagtail.models import PageViewRestriction, Site

from community.activity.delivery import drain_activity
from community.activity.subjects import subjects
from community.core.errors import Denied, Invalid
from community.knowledge.jobs import pages_sweep
from community.knowledge.models import Section
from community.knowledge.services import page_save
from community.privacy.services import erase_member
from community.work.senders import senders
from forums.models import Category, Post, Topic
from search import backends
from search.backends.embedded.backend import EmbeddedBackend
from search.documents import all_documents
from search.indexing import index_check, index_check_when_fresh
from search.models import SearchDirty, SynonymGroup
from search.port import Busy
from search.selectors import search
from search.senders import dependents_mark
from search.services import synonym_group_delete, synonym_group_set
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.knowledge import ArticleFactory, SectionFactory, home_of
from tests.factories.members import MemberFactory
from tests.search.driving import settle_search

pytestmark = pytest.mark.django_db


def found(text: str) -> set[tuple[str, int]]:
    """Return what a visitor finds."""
    site = Site.objects.get(is_default_site=True)
    return {(one.kind, one.id) for one in search(text=text, viewer=AnonymousUser(), site=site).results}


def held(engine: EmbeddedBackend) -> set[tuple[str, int]]:
    """Return what the index holds."""
    return {(one.kind, one.id) for one in engine.stored()}


def test_a_fresh_index_is_filled_by_itself(engine: EmbeddedBackend) -> None:
    topic = TopicFactory(title="The kettle whistles")
    settle_search()
    fresh = EmbeddedBackend(engine._store.folder.parent / "another")
    backends.use(fresh)
    assert found("kettle") == set()

    index_check_when_fresh()
    settle_search()

    assert found("kettle") == {("forums.topic", topic.pk)}
    assert not fresh.status().fresh
    SearchDirty.objects.all().delete()
    index_check_when_fresh()
    assert not SearchDirty.objects.exists(), "once is enough"


def test_the_check_finds_and_repairs_what_is_missing_outdated_and_left_over(engine: EmbeddedBackend) -> None:
    missing, outdated, gone, right = (TopicFactory(title=f"The kettle of part {n}") for n in range(4))
    index_check()  # members that factories made behind the log's back
    settle_search()
    drift = index_check()
    assert (drift.missing, drift.outdated, drift.extra) == (0, 0, 0)
    engine.delete([("forums.topic", missing.pk)], version=2**61)
    Topic.objects.filter(pk=outdated.pk).update(title="Samovar")
    Topic.objects.filter(pk=gone.pk).update(visibility="deleted")
    Topic.objects.filter(pk=missing.pk).update(score=3)

    drift = index_check()

    assert (drift.missing, drift.outdated, drift.extra) == (1, 1, 1)
    assert set(SearchDirty.objects.filter(kind="forums.topic").values_list("object_id", flat=True)) == {
        missing.pk,
        outdated.pk,
        gone.pk,
    }
    settle_search()
    assert found("samovar") == {("forums.topic", outdated.pk)}
    assert ("forums.topic", gone.pk) not in held(engine)
    assert ("forums.topic", right.pk) in held(engine)


def test_every_findable_thing_is_walked(engine: EmbeddedBackend) -> None:
    """What `search_ids` lists and what `search_documents` makes of any id are the same things."""
    author = MemberFactory()
    topic = TopicFactory(author=author)
    PostFactory(topic=topic)
    hidden = TopicFactory()
    Topic.objects.filter(pk=hidden.pk).update(visibility="hidden")
    MemberFactory(suspended=True)
    erase_member(MemberFactory().pk)

    walked = {(document.kind, document.id) for document in all_documents()}

    everything = range(1, 100 + max(pk for _, pk in walked))  # numbers go on from test to test on PostgreSQL
    expected = {(kind, pk) for kind, one in subjects.items() for pk in one.search_documents(everything)}
    assert walked == expected
    assert ("forums.topic", topic.pk) in walked
    assert ("forums.topic", hidden.pk) not in walked


def test_a_category_says_what_hangs_on_it(engine: EmbeddedBackend) -> None:
    category: Category = CategoryFactory()
    topic = TopicFactory(category=category)
    post = PostFactory(topic=topic)

    hanging = subjects["forums.category"].search_dependents([category.pk])

    assert hanging == {"forums.topic": [topic.pk], "forums.post": [post.pk]}
    assert Post.objects.filter(topic=topic).count() == 2


def _renamed(section: Section) -> None:
    section.title = "Another name"
    page_save(page=section, author=None, publish=True)


def _moved(section: Section) -> None:
    section.move(home_of("es"), pos="last-child")


def _restricted(section: Section) -> None:
    PageViewRestriction.objects.create(page=section, restriction_type=PageViewRestriction.LOGIN)


@pytest.mark.parametrize("change", [_renamed, _moved, _restricted])
def test_what_happens_to_a_section_reaches_its_articles(
    engine: EmbeddedBackend, change: Callable[[Section], None]
) -> None:
    section = SectionFactory()
    article, elsewhere = ArticleFactory(parent=section), ArticleFactory()
    settle_search()

    change(Section.objects.get(pk=section.pk))
    pages_sweep()
    drain_activity()

    dirty = SearchDirty.objects.get(kind="knowledge.section", object_id=section.pk)
    assert dirty.deep
    SearchDirty.objects.filter(kind="knowledge.article").delete()
    dependents_mark(dirty)
    marked = set(SearchDirty.objects.filter(kind="knowledge.article").values_list("object_id", flat=True))
    assert marked == {article.pk}, elsewhere.pk


def test_a_section_that_was_closed_by_a_script_is_found_by_nobody_after_the_sweep(engine: EmbeddedBackend) -> None:
    article = ArticleFactory(title="The kettle whistles")
    settle_search()
    assert ("knowledge.article", article.pk) in found("kettle")

    _restricted(article.get_parent())
    pages_sweep()
    settle_search()

    assert found("kettle") == set()
    assert index_check().outdated == 0


def test_the_commands_rebuild_go_back_and_tell(engine: EmbeddedBackend) -> None:
    TopicFactory(title="The kettle whistles")
    drain_activity()
    said = StringIO()

    call_command("search_rebuild", stdout=said)
    assert "documents in" in said.getvalue()
    assert len(found("kettle")) == 1
    call_command("search_status", "--json", stdout=(told := StringIO()))
    status = json.loads(told.getvalue())
    assert (status["engine"], status["available"], status["dead"]) == ("tantivy", True, 0)
    assert status["waiting"] >= 1
    assert status["oldest_waiting_s"] >= 0

    call_command("search_rebuild", "--rollback", stdout=said)
    assert "answers again" in said.getvalue()
    assert found("kettle") == set()
    settle_search()
    assert len(found("kettle")) == 1


def test_a_writer_that_is_taken_makes_work_wait(engine: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.backends.embedded.store.LOCK_WAIT_S", 0.05)
    topic = TopicFactory(title="The kettle whistles")
    with engine._store.reading().writer(), pytest.raises(Busy):
        engine.delete([("forums.topic", topic.pk)], version=1)
    with engine._store.reading().writer():
        settle_search()
    assert {row.last_error for row in SearchDirty.objects.all()} == {"busy"}

    SearchDirty.objects.update(not_before=None)
    settle_search()

    assert found("kettle") == {("forums.topic", topic.pk)}


def test_readers_elsewhere_follow(engine: EmbeddedBackend) -> None:
    """Another process has the same folder open: it sees commits, and a rebuild's swap."""
    elsewhere = EmbeddedBackend(engine._store.folder)
    TopicFactory(title="The kettle whistles")
    assert elsewhere.status().documents == 0

    settle_search()
    assert elsewhere.status().documents == engine.status().documents > 0
    call_command("search_rebuild", stdout=StringIO())

    assert elsewhere.status().index == engine.status().index
    assert elsewhere.status().documents == engine.status().documents


def test_a_stalled_senders_rows_are_written_once_more(engine: EmbeddedBackend) -> None:
    topic = TopicFactory(title="The kettle whistles")
    settle_search()
    sender = senders["search.documents"]
    row = SearchDirty(kind="forums.topic", object_id=topic.pk)

    sender.refused([row])

    assert SearchDirty.objects.filter(kind="forums.topic", object_id=topic.pk).exists()


def test_staff_keep_synonyms_and_they_are_live_at_once(engine: EmbeddedBackend) -> None:
    site = Site.objects.get(is_default_site=True)
    moderator = MemberFactory(roles=["moderator"])
    topic = TopicFactory(title="The wireless drops")
    settle_search()
    assert found("wifi") == set()

    with _committing():
        group = synonym_group_set(member=moderator, site=site, words=["Wifi ", "wireless", "wifi"])
    assert group.words == ["wifi", "wireless"]
    assert found("wifi") == {("forums.topic", topic.pk)}
    with _committing():
        synonym_group_set(member=moderator, site=site, words=["wlan", "wireless"], group_id=group.pk)
    assert (found("wifi"), found("wlan")) == (set(), {("forums.topic", topic.pk)})
    with _committing():
        synonym_group_delete(member=moderator, site=site, group_id=group.pk)
    assert found("wlan") == set()


@pytest.mark.parametrize(
    "words", [[], ["wifi"], ["wifi", "WIFI", "!?"], ["w" * 61, "wifi"], [f"w{n}" for n in range(21)]]
)
def test_groups_need_a_few_words_of_sense(words: list[str], engine: EmbeddedBackend) -> None:
    site = Site.objects.get(is_default_site=True)
    with pytest.raises(Invalid):
        synonym_group_set(member=MemberFactory(roles=["administrator"]), site=site, words=words)
    assert not SynonymGroup.objects.exists()


@pytest.mark.parametrize("roles", [[], ["support_agent"]])
def test_others_do_not_change_how_search_works(roles: list[str], engine: EmbeddedBackend) -> None:
    site = Site.objects.get(is_default_site=True)
    with pytest.raises(Denied):
        synonym_group_set(member=MemberFactory(roles=roles), site=site, words=["wifi", "wlan"])
    with pytest.raises(Denied):
        synonym_group_delete(member=MemberFactory(roles=roles), site=site, group_id=1)


def _committing():  # type: ignore[no-untyped-def]
    """Let `on_commit` run as it would."""
    from django.test import TestCase

    return TestCase.captureOnCommitCallbacks(execute=True)
