"""Whatever becomes of pages, by the CMS or behind its back, the log is told: once, and in the same transaction."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from community.activity.models import Activity
from community.knowledge.jobs import pages_sweep
from community.knowledge.models import Article, Section, Told
from community.knowledge.services import pages_publish_due, pages_tell
from community.members.models import Member
from tests.factories.knowledge import ArticleFactory, BlogPostFactory, SectionFactory, home_of

pytestmark = pytest.mark.django_db
Log = Callable[[], list[tuple[str, int]]]


@pytest.fixture
def cms(client: Client, administrator: Member) -> Callable[..., Any]:
    """An administrator who presses a button of the CMS."""
    client.force_login(administrator)

    def press(path: str, **data: Any) -> Any:
        response = client.post(f"/cms/{path}", data)
        assert response.status_code in (200, 302), response.status_code
        return response

    return press


def test_a_page_that_is_written_and_published_is_told_once(told: Log) -> None:
    article = ArticleFactory()

    assert told() == [("section_changed", article.get_parent().pk), ("article_published", article.pk)]
    assert pages_tell(actor_id=None) == 0


def test_a_draft_is_told_to_nobody(told: Log) -> None:
    section = SectionFactory()
    told()

    ArticleFactory(parent=section, publish=False)

    assert told() == []


def test_a_new_revision_is_told_when_it_is_published(told: Log, moderator: Member) -> None:
    article = ArticleFactory()
    told()

    article.title = "Another way"
    revision = article.save_revision()
    assert pages_tell(actor_id=None) == 0
    with transaction.atomic():
        revision.publish()
        pages_tell(actor_id=moderator.pk)

    assert told() == [("article_revised", article.pk)]
    last = Activity.objects.order_by("pk").last()
    assert (last.actor_id, last.payload["revision_id"]) == (moderator.pk, revision.pk)


def test_unpublishing_in_the_cms_is_told_with_who_did_it(
    cms: Callable[..., Any], told: Log, administrator: Member
) -> None:
    article = ArticleFactory()
    told()

    cms(f"pages/{article.pk}/unpublish/")

    assert told() == [("article_unpublished", article.pk)]
    assert Activity.objects.order_by("pk").last().actor_id == administrator.pk
    assert not Told.objects.filter(page_id=article.pk).exists()


def test_unpublishing_a_section_takes_its_articles_away(cms: Callable[..., Any], told: Log) -> None:
    section = SectionFactory()
    article = ArticleFactory(parent=section)
    told()

    cms(f"pages/{section.pk}/unpublish/")

    article.refresh_from_db()
    assert article.live
    assert sorted(told()) == [("article_unpublished", article.pk), ("section_changed", section.pk)]
    assert not Article.objects.visible_to(None).filter(pk=article.pk).exists()


def test_a_section_that_moves_takes_its_articles_along(cms: Callable[..., Any], told: Log) -> None:
    section = SectionFactory()
    articles = [ArticleFactory(parent=section) for _ in range(3)]
    told()

    with transaction.atomic():
        section.move(home_of("es"), pos="last-child")
        pages_tell(actor_id=None)

    assert sorted(told()) == [
        *(("article_moved", article.pk) for article in articles),
        ("section_changed", section.pk),
    ]


def test_deleting_a_section_in_the_cms_is_told_of_each_article(cms: Callable[..., Any], told: Log) -> None:
    section = SectionFactory()
    articles = [ArticleFactory(parent=section) for _ in range(2)]
    told()

    cms(f"pages/{section.pk}/delete/")

    assert not Section.objects.filter(pk=section.pk).exists()
    assert sorted(told()) == [
        *(("article_deleted", article.pk) for article in articles),
        ("section_changed", section.pk),
    ]


def test_deleting_in_bulk_is_told_of_each(cms: Callable[..., Any], told: Log) -> None:
    articles = [ArticleFactory() for _ in range(3)]
    told()
    chosen = "&".join(f"id={article.pk}" for article in articles)

    cms(f"bulk/wagtailcore/page/delete/?{chosen}&next=/cms/")

    assert not Article.objects.exists()
    assert sorted(told()) == [("article_deleted", article.pk) for article in articles]


def test_a_restriction_on_a_section_is_told_of_what_is_in_it(cms: Callable[..., Any], told: Log) -> None:
    section = SectionFactory()
    article = ArticleFactory(parent=section)
    told()

    cms(f"pages/{section.pk}/privacy/", restriction_type="login", password="")

    assert sorted(told()) == [("article_moved", article.pk), ("section_changed", section.pk)]
    assert Told.objects.get(page_id=article.pk).audience == "members"


def test_another_group_in_a_restriction_is_told(told: Log) -> None:
    article = ArticleFactory()
    restriction = PageViewRestriction.objects.create(page=article.page_ptr, restriction_type="groups")
    pages_sweep()
    told()

    restriction.groups.add(Group.objects.get(name="Editors"))
    pages_sweep()

    assert told() == [("article_moved", article.pk)]


def test_what_happened_behind_our_back_is_found_by_the_sweep(told: Log) -> None:
    gone, hidden, renamed = (ArticleFactory() for _ in range(3))
    post = BlogPostFactory(publish=False)
    told()

    Page.objects.filter(pk=hidden.pk).update(live=False)
    Page.objects.filter(pk=renamed.pk).update(slug="another")
    Page.objects.filter(pk=post.pk).update(live=True)
    with connection.cursor() as cursor:
        for table, column in (("knowledge_article", "page_ptr_id"), ("wagtailcore_page", "id")):
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [gone.pk])  # noqa: S608
    Told.objects.filter(kind="knowledge.section").delete()
    pages_sweep()

    assert {pair for pair in told() if pair[0] != "section_changed"} == {
        ("article_deleted", gone.pk),
        ("article_unpublished", hidden.pk),
        ("article_moved", renamed.pk),
        ("blog_post_published", post.pk),
    }
    assert pages_sweep() == 0


def test_what_is_scheduled_comes_and_goes_by_the_clock(told: Log, frozen_clock: Any) -> None:
    article = ArticleFactory(publish=False)
    article.go_live_at = timezone.now() + timedelta(hours=1)
    article.expire_at = timezone.now() + timedelta(hours=2)
    article.save_revision().publish()
    told()

    assert pages_publish_due() == 0
    assert told() == []
    frozen_clock.shift(3_601)
    assert pages_publish_due() == 1
    assert told() == [("article_published", article.pk)]
    frozen_clock.shift(3_600)
    assert pages_publish_due() == 1
    assert told() == [("article_unpublished", article.pk)]
    assert pages_publish_due() == 0


def test_a_page_that_cannot_be_published_holds_up_no_other(
    told: Log, frozen_clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = ArticleFactory(publish=False), ArticleFactory(publish=False)
    for article in (bad, good):
        article.go_live_at = timezone.now() + timedelta(hours=1)
        article.save_revision().publish()
    frozen_clock.shift(3_601)
    told()
    Page.objects.filter(pk=bad.pk).update(slug=good.slug)
    bad_revision = bad.latest_revision
    bad_revision.content["live_revision"] = "no number"
    bad_revision.save(update_fields=["content"])

    assert pages_publish_due() == 1
    assert told() == [("article_published", good.pk)]


def test_a_change_that_fails_half_way_leaves_nothing(
    cms: Callable[..., Any], told: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = ArticleFactory()
    told()
    monkeypatch.setattr("community.knowledge.cms.pages_tell", lambda **_told: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        cms(f"pages/{article.pk}/unpublish/")

    article.refresh_from_db()
    assert article.live
    assert told() == []


def test_comparing_costs_the_same_for_many_pages() -> None:
    ArticleFactory()
    with CaptureQueriesContext(connection) as few:
        pages_tell(actor_id=None)
    section = SectionFactory()
    for _ in range(5):
        ArticleFactory(parent=section)
    with CaptureQueriesContext(connection) as many:
        pages_tell(actor_id=None)

    assert len(many) == len(few) <= 12
