"""The help centre, its sections and articles as people read them."""

import re
from xml.etree import ElementTree as ET

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import PageViewRestriction, Site

from community.branding.models import BrandSettings
from community.core.serving.page_cache import KEEP
from community.knowledge.services import page_save, pages_tell
from tests.factories.knowledge import ArticleFactory, SectionFactory, home_of
from tests.factories.members import MemberFactory, ProductManagerFactory
from tests.forums_pages.conftest import signed_in, text_of
from tests.knowledge_pages.conftest import closed, path_of

ATOM = {"a": "http://www.w3.org/2005/Atom"}
pytestmark = pytest.mark.django_db


def test_the_help_centre_lists_sections_with_what_the_reader_may_read_of_them(browser, section, article) -> None:
    closed(ArticleFactory(parent=section))

    page = text_of(browser.get("/help/"))
    members = text_of(signed_in(MemberFactory()).get("/help/"))

    assert "Care" in page
    assert "1 article<" in page
    assert "2 articles<" in members


def test_an_empty_help_centre_says_so_and_offers_to_ask(browser) -> None:
    page = text_of(browser.get("/help/"))

    assert "No articles yet" in page
    assert 'href="/ask/"' in page


def test_a_section_lists_its_articles_in_order(browser, section, article) -> None:
    ArticleFactory(parent=section, title="Then this one")

    page = text_of(browser.get("/help/care/"))

    assert page.index("Change the filters") < page.index("Then this one")


def test_an_empty_section_says_so(browser) -> None:
    SectionFactory(slug="empty")

    assert "No articles here yet" in text_of(browser.get("/help/empty/"))


def test_an_article_has_contents_anchors_reading_time_review_and_version(browser, article) -> None:
    article.reviewed_on = "2026-11-03"
    page_save(page=article, author=None, publish=True)

    page = text_of(browser.get(path_of(article)))

    anchors = re.findall(r'<h2 id="(h-what[\w-]*)"><a href="#(h-what[\w-]*)">', page)
    assert anchors == [("h-what-you-need", "h-what-you-need"), ("h-what-you-need-2", "h-what-you-need-2")]
    assert re.findall(r'<li><a href="#([\w-]+)">What you need', page) == ["h-what-you-need", "h-what-you-need-2"]
    assert "1 min to read" in page
    assert "Nov. 3, 2026" in page
    assert '<dt>Version</dt><dd class="num">2</dd>' in page


def test_code_is_text_and_comes_with_a_button_to_copy_it(browser, article) -> None:
    page = text_of(browser.get(path_of(article)))

    assert "reset &lt;now&gt;" in page
    assert re.search(r"<button[^>]* data-copy data-copied=\"Copied\" hidden>", page)


def test_visitors_get_a_page_the_front_may_keep_and_no_cookie(browser, article) -> None:
    for path in ("/help/", "/help/care/", path_of(article), "/blog/", "/blog/feed/", "/help/feed/"):
        response = browser.get(path)
        assert response.status_code == 200
        assert response[KEEP] == "yes"
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")


def test_the_feed_of_articles_is_atom_and_holds_what_every_visitor_may_read_whoever_asks(browser, article) -> None:
    closed(ArticleFactory(title="For members"))
    revised = ArticleFactory(title="Revised since", summary="Now with a table.")
    page_save(page=revised, author=None, publish=True)

    for client in (browser, signed_in(MemberFactory())):
        response = client.get("/help/feed/")
        feed = ET.fromstring(text_of(response))  # noqa: S314 our own
        assert response["Content-Type"].startswith("application/atom+xml")
        titles = [entry.findtext("a:title", "", ATOM) for entry in feed.findall("a:entry", ATOM)]
        assert titles == ["Revised since", "Change the filters"]
        assert feed.find("a:entry/a:link", ATOM).get("href") == f"http://testserver{path_of(revised)}"
        assert feed.find("a:entry/a:updated", ATOM).text >= feed.find("a:entry/a:published", ATOM).text


def test_every_page_of_the_help_centre_names_its_feed_in_its_head(browser, article) -> None:
    for language in ("", "/es"):
        for path in ("/help/", "/help/care/", path_of(article)):
            head = text_of(browser.get(language + path)).split("</head>")[0]
            assert (
                f'type="application/atom+xml" title="{"Ayuda" if language else "Help"}" href="{language}/help/feed/"'
                in head
            )


def test_a_link_shared_elsewhere_shows_title_summary_and_the_picture_of_the_brand(browser, article) -> None:
    brand = BrandSettings.for_site(Site.objects.get(is_default_site=True))
    brand.share_url = "/media/brand/1/abc.webp"
    brand.save()

    for path in ("/help/care/", path_of(article)):
        head = text_of(browser.get(path)).split("</head>")[0]
        assert '<meta property="og:image" content="http://testserver/media/brand/1/abc.webp">' in head
        assert f'<meta property="og:url" content="http://testserver{path}">' in head
        assert '<meta property="og:title" content="' in head


def test_an_address_with_an_old_name_leads_to_the_new_one(browser, article) -> None:
    response = browser.get(f"/help/a/{article.pk}/once-it-was-called-this/?from=mail")

    assert response.status_code == 302
    assert response["Location"] == f"{path_of(article)}?from=mail"


def test_the_language_switch_keeps_the_article(browser, article, spanish) -> None:
    there = browser.get(f"/es/help/a/{article.pk}/change-the-filters/")

    assert there["Location"] == path_of(spanish)
    page = text_of(browser.get(path_of(spanish)))
    assert f'hreflang="en" href="http://testserver{path_of(article)}"' in page
    assert "Cambia los filtros" in page


def test_the_language_switch_keeps_the_section(browser, section, spanish) -> None:
    assert browser.get("/es/help/care/")["Location"] == "/es/help/cuidado/"


def test_a_missing_translation_is_said_and_the_original_is_shown_in_its_language(browser, article) -> None:
    page = text_of(browser.get(f"/es/help/a/{article.pk}/change-the-filters/"))

    assert '<div lang="en" dir="auto"><h1>Change the filters</h1>' in page
    assert 'class="note' in page
    assert 'hreflang="es"' not in page


def test_a_visitor_is_asked_to_sign_in_for_what_members_read(browser, article) -> None:
    closed(article)

    response = browser.get(path_of(article))

    assert response.status_code == 403
    assert "Change the filters" not in text_of(response)
    assert f"/accounts/login/?next={path_of(article)}" in text_of(response)
    assert signed_in(MemberFactory()).get(path_of(article)).status_code == 200


def test_what_a_group_reads_is_not_there_for_others(browser, article) -> None:
    closed(article, PageViewRestriction.GROUPS)
    restriction = PageViewRestriction.objects.get()
    restriction.groups.set(Group.objects.filter(name="Editors"))

    assert browser.get(path_of(article)).status_code == 404
    assert signed_in(MemberFactory()).get(path_of(article)).status_code == 404
    assert signed_in(ProductManagerFactory()).get(path_of(article)).status_code == 200


def test_what_is_taken_back_is_gone_everywhere(browser, section, article) -> None:
    article.unpublish()
    pages_tell(actor_id=None)

    assert browser.get(path_of(article)).status_code == 404
    assert "Change the filters" not in text_of(browser.get("/help/care/"))


def test_an_article_of_another_site_is_not_there(browser, article) -> None:
    other = Site.objects.create(hostname="other.example", root_page=Site.objects.get().root_page)
    elsewhere = ArticleFactory(parent=SectionFactory(parent=home_of("en", other), slug="there"))

    assert browser.get(path_of(elsewhere)).status_code == 404
    assert browser.get("/help/there/").status_code == 404


def test_a_link_to_an_article_carries_a_card(browser, article) -> None:
    page = text_of(browser.get(path_of(article)))

    assert '<meta property="og:title" content="Change the filters">' in page
    assert '<meta name="description" content="Ten minutes with one screwdriver.">' in page
    assert f'<link rel="canonical" href="http://testserver{path_of(article)}">' in page


def test_colleagues_find_the_way_to_the_cms(browser, article) -> None:
    edit = f"/cms/pages/{article.pk}/edit/"

    assert edit in text_of(signed_in(ProductManagerFactory()).get(path_of(article)))
    assert edit not in text_of(signed_in(MemberFactory()).get(path_of(article)))
    assert edit not in text_of(Client().get(path_of(article)))


@pytest.mark.parametrize("language", ["", "/es"])
@pytest.mark.parametrize(
    "path", ["/help/", "/help/care/", "/help/nowhere/", "/blog/", "/help/a/{id}/change-the-filters/"]
)
def test_pages_to_read_take_no_form_whether_they_are_translated_or_not(browser, article, language, path) -> None:
    answer = browser.post(language + path.format(id=article.pk), {"helped": "yes"})

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert 'href="/brand/' in text_of(answer)


@pytest.mark.parametrize("path", ["helpful/", "helpful/why/"])
def test_a_number_that_no_article_can_have_is_nothing(browser, path) -> None:
    assert browser.post(f"/help/a/{'9' * 30}/{path}", {"helped": "yes"}).status_code == 404
    assert browser.get(f"/t/{'9' * 30}/slug/").status_code == 404
