"""The sitemap: every address a visitor may read, no other, on its own site."""

import re

import pytest
from django.test import Client
from wagtail.models import Site

from community.portal import sitemap
from forums.models import Topic
from forums.services import post_hide
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.ideas import BoardFactory, IdeaFactory
from tests.factories.knowledge import ArticleFactory, BlogPostFactory
from tests.factories.members import ModeratorFactory

pytestmark = pytest.mark.django_db


def locations(path: str) -> list[str]:
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml")
    return re.findall(r"<loc>http://testserver([^<]+)</loc>", answer.content.decode())


def listed() -> set[str]:
    """Return all addresses, as a robot walks them from robots.txt."""
    index = re.search(r"Sitemap: http://testserver(\S+)", Client().get("/robots.txt").content.decode())
    assert index
    return {path for part in locations(index[1]) for path in locations(part)}


def test_it_lists_what_visitors_may_read_and_each_address_answers() -> None:
    topic, idea, article, post = PostFactory().topic, IdeaFactory(), ArticleFactory(), BlogPostFactory()
    TopicFactory(category=CategoryFactory(audience="members"))
    IdeaFactory(board=BoardFactory(audience="staff"), author=ModeratorFactory())
    hidden = TopicFactory()
    post_hide(member=ModeratorFactory(), post_id=hidden.posts.get().pk)
    assert TopicFactory(body="See https://shop.example/now").visibility == "held"
    ArticleFactory(publish=False)

    found = listed()

    assert len(found) == 4
    assert f"/t/{topic.pk}/{topic.slug}/" in found
    assert f"/i/{idea.pk}/{idea.slug}/" in found
    assert any(f"/{article.pk}/" in path for path in found)
    assert any(post.slug in path for path in found)
    assert {Client().get(path).status_code for path in found} == {200}


def test_a_part_spans_so_many_ids_and_none_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "PART", 3)
    TopicFactory.create_batch(7, category=CategoryFactory())

    parts = [locations(path) for path in locations("/sitemap.xml") if "topic" in path]

    assert sum(map(len, parts)) == len({path for part in parts for path in part}) == Topic.objects.count() == 7
    assert max(map(len, parts)) <= 3


def test_each_site_lists_its_own() -> None:
    home = Site.objects.get(is_default_site=True)
    elsewhere = Site.objects.create(hostname="elsewhere.example", port=80, root_page=home.root_page)
    TopicFactory(category=CategoryFactory(site=elsewhere))

    assert listed() == set()


def test_a_kind_without_pages_has_no_part() -> None:
    assert Client().get("/sitemap-members.member-0.xml").status_code == 404
    assert Client().get(f"/sitemap-forums.topic-{10**18}.xml").status_code == 404
    assert Client().get("/sitemap-forums.topic-999999999.xml").status_code == 200
