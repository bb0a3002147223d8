"""Articles through the API."""

import pytest
from wagtail.models import PageViewRestriction, Site

from tests.factories.api import Program, token_for
from tests.factories.knowledge import ArticleFactory, SectionFactory, home_of
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


def test_articles_are_listed_and_read():
    section = SectionFactory(slug="pumps")
    article = ArticleFactory(parent=section, title="Change the filter", text="<p>Turn it to the right.</p>")
    ArticleFactory(publish=False)

    listed = Program().send("GET", "articles?section=pumps&language=en").json()
    got = Program().send("GET", f"articles/{article.pk}").json()

    assert [row["id"] for row in listed["items"]] == [article.pk]
    assert (got["title"], got["section"], got["language"]) == ("Change the filter", "pumps", "en")
    assert got["text"] == "Turn it to the right."
    assert got["url"].startswith(f"/help/a/{article.pk}/")
    assert Program().send("GET", "articles?section=none").json()["items"] == []
    assert Program().send("GET", "articles?language=es").json()["items"] == []


def test_lists_go_on_from_their_cursor():
    section = SectionFactory()
    articles = [ArticleFactory(parent=section) for _ in range(3)]

    first = Program().send("GET", "articles?limit=2").json()
    rest = Program().send("GET", f"articles?limit=2&cursor={first['next']}").json()

    assert [row["id"] for row in (*first["items"], *rest["items"])] == [article.pk for article in articles][::-1]
    assert rest["next"] is None


def test_what_is_for_members_or_for_another_site_is_not_for_strangers():
    section = SectionFactory()
    inner = ArticleFactory(parent=section)
    PageViewRestriction.objects.create(page=section, restriction_type=PageViewRestriction.LOGIN)
    site = Site.objects.create(hostname="other.example", port=80, root_page=Site.objects.first().root_page)
    other = ArticleFactory(parent=SectionFactory(parent=home_of(site=site)))
    member = Program(token_for(MemberFactory()))

    assert Program().send("GET", f"articles/{inner.pk}").status_code == 404
    assert member.send("GET", f"articles/{inner.pk}").status_code == 200
    assert [client.send("GET", f"articles/{other.pk}").status_code for client in (Program(), member)] == [404, 404]
