"""The results page and the box."""

import html
import re

import pytest
from django.test import Client

from search import backends
from search.models import SearchEvent
from search.port import Backend, Unavailable
from search.templatetags.search import marked
from tests.factories.forums import CategoryFactory, TopicFactory
from tests.search.driving import settle_search
from tests.search_pages.conftest import browser, events, text_of

pytestmark = pytest.mark.django_db


class Resting(Backend):
    """An engine that does not answer."""

    name = "resting"

    def close(self) -> None: ...

    def query(self, *args: object, **options: object) -> object:  # type: ignore[override]
        raise Unavailable

    suggest = similar = query  # type: ignore[assignment]


def test_a_result_says_what_it_is_and_shows_the_words(humming) -> None:
    page = text_of(browser().get("/search/?q=humming"))

    assert "<mark>Humming</mark> in the bedroom wall" in page
    assert "Solved" in page
    assert "Heat pumps" in page
    assert "1–2 of 2" in page


def test_what_a_visitor_may_not_see_is_neither_found_nor_counted(humming, member) -> None:
    assert "at the installers" not in text_of(browser().get("/search/?q=humming"))
    assert "at the installers" in text_of(browser(member).get("/search/?q=humming"))


def test_all_that_narrows_stands_in_the_address(humming) -> None:
    page = text_of(browser().get("/search/?q=noise&language=es&sort=newest"))

    assert "hace ruido" in page
    assert "bedroom" not in page
    assert 'href="/search/?q=noise&amp;sort=newest"' in page, "the chip leads to the same without the filter"


def test_a_text_in_another_language_says_so(humming) -> None:
    page = text_of(browser().get("/search/?q=noise"))

    assert re.search(r'<a href="/t/\d+/la-unidad-hace-ruido/"[^>]* lang="es"', page)
    assert "Español" in page
    assert "1 of them in Español" in page


def test_links_stay_in_the_readers_language(humming) -> None:
    assert 'href="/es/t/' in text_of(browser().get("/es/search/?q=noise"))


def test_filters_that_hide_everything_say_how_much_there_is_without(humming) -> None:
    page = text_of(browser().get("/search/?q=humming&tag=nothing"))

    assert "none with these filters" in page
    assert "Without “nothing”" in page
    assert "Without filters there are 2" in page


def test_nothing_found_offers_to_ask_less_strictly_or_to_ask_people(humming) -> None:
    page = text_of(browser().get('/search/?q="humming+zeppelin"'))

    assert "Nothing here holds these words" in page
    assert 'href="/search/?q=humming+zeppelin"' in page
    assert "The words alone: 2 results" in page
    assert "/ask/?title=%22humming%20zeppelin%22" in page
    assert SearchEvent.objects.get(kind="query").total == 0


def test_the_next_page_goes_on_where_the_first_ended(engine) -> None:
    category = CategoryFactory()
    for number in range(25):
        TopicFactory(category=category, title=f"Kettle number {number}")
    settle_search()
    client = browser()

    first = text_of(client.get("/search/?q=kettle"))
    address = html.unescape(re.search(r'href="([^"]+)" rel="next"', first)[1])  # type: ignore[index]
    second = text_of(client.get(address))

    titles = [set(re.findall(r"number (\d+)", page)) for page in (first, second)]
    assert [len(found) for found in titles] == [20, 5]
    assert not titles[0] & titles[1]
    assert "21–25 of 25" in second
    assert [event.surface for event in SearchEvent.objects.filter(kind="query").order_by("pk")] == ["page", "narrowed"]


def test_colleagues_see_why_a_result_stands_where_it_stands(humming, member, moderator) -> None:
    assert "Why this place" not in text_of(browser(member).get("/search/?q=humming"))
    assert "Why this place" in text_of(browser(moderator).get("/search/?q=humming"))


@pytest.mark.parametrize("path", ["/search/?q=kettle", "/search/instant/?q=kettle", "/search/similar/"])
def test_an_engine_that_rests_is_said_in_words(path: str, member) -> None:
    backends.use(Resting())
    try:
        client = browser(member)
        answer = client.post(path, {"title": "A kettle"}) if "similar" in path else client.get(path)
    finally:
        backends.use(None)

    assert answer.status_code == (503 if path.startswith("/search/?") else 200)
    assert "resting" in text_of(answer)


@pytest.mark.parametrize(
    "address",
    [
        "?q=%00%ff&type=%00&author=x&category=forums.category:999999999999999999&since=never&sort=up&after=%2e%2e&start=-1",
        "?q=" + "%22" * 50,
        "?q=tag:&author=99999999999999999999&language=%3Cscript%3E",
        "?q=" + "a+" * 300,
        "?q=before:9999-99-99+author:",
    ],
)
def test_no_address_breaks_the_page(address: str, humming) -> None:
    for path in ("/search/", "/search/instant/"):
        assert browser().get(path + address).status_code == 200


def test_a_category_the_viewer_may_not_see_has_no_name_in_a_chip(humming, member) -> None:
    secret = CategoryFactory(audience="staff", name="Salaries")

    page = text_of(browser(member).get(f"/search/?q=humming&category=forums.category:{secret.pk}"))

    assert "Salaries" not in page


def test_the_box_finds_while_one_types_by_type(humming) -> None:
    page = text_of(browser().get("/search/instant/?q=hum&list=q-top-found"))

    assert 'role="option" id="q-top-found-1-1"' in page
    assert "Questions" in page
    assert "1 found" in page
    assert "All results for “hum”" in page


def test_one_letter_finds_nothing_yet(humming) -> None:
    assert "option" not in text_of(browser().get("/search/instant/?q=h"))


def test_a_visitors_search_leaves_no_cookie_and_does_not_vary_by_one(humming) -> None:
    answer = browser().get("/search/?q=humming")

    assert not answer.cookies
    assert "cookie" not in answer.get("Vary", "").lower()


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("a <mark>b</mark> &lt;i&gt;", "a <mark>b</mark> &lt;i&gt;"),
        ("<img src=x>", "&lt;img src=x&gt;"),
        ("<mark onclick=x>b</mark>", "&lt;mark onclick=x&gt;b&lt;/mark&gt;"),
    ],
)
def test_only_the_engines_marks_are_tags(said: str, printed: str) -> None:
    assert str(marked(said)) == printed


def test_a_lookup_is_logged_with_what_it_showed(humming, member) -> None:
    browser(member).get("/search/?q=Humming++BEDROOM")

    query = SearchEvent.objects.get(kind="query")
    assert (query.words, query.total, query.surface, query.member_id) == ("humming bedroom", 2, "page", member.pk)
    assert [(kind, position) for kind, _thing, position in events("impression")] == [
        ("impression", 1),
        ("impression", 2),
    ]


def test_a_robot_is_answered_and_not_logged(humming) -> None:
    for agent in ("Examplebot/2.1", ""):
        assert "bedroom" in text_of(browser(agent=agent).get("/search/?q=humming"))

    assert not SearchEvent.objects.exists()


def test_the_header_has_a_form_that_needs_no_script(client: Client) -> None:
    page = text_of(client.get("/"))

    assert re.search(r'<form class="find" role="search" method="get" action="/search/"', page)


def test_a_slip_of_the_pen_finds_all_the_same_and_is_put_right(humming) -> None:
    page = text_of(browser().get("/search/?q=hummimg"))

    assert "<mark>Humming</mark> in the bedroom wall" in page
    assert 'Did you mean <a class="link" href="/search/?q=humming">humming</a>?' in page


def test_an_operator_that_means_nothing_is_said(humming) -> None:
    assert "“before:soon” says nothing here." in text_of(browser().get("/search/?q=humming+before:soon"))


def test_who_wants_no_single_keys_has_none(member) -> None:
    client = browser(member)
    assert 'data-keys="off"' not in text_of(client.get("/"))
    assert 'name="shortcuts"' in text_of(client.get("/settings/"))

    type(member).objects.filter(pk=member.pk).update(shortcuts=False)

    assert 'data-keys="off"' in text_of(client.get("/"))
