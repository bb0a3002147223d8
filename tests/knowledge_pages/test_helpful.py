"""“Was this helpful?”: one vote a reader and version, and why not."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.activity.models import Activity
from community.core.errors import Denied
from community.knowledge.models import HelpfulCount, HelpfulVote
from community.knowledge.privacy import KnowledgeCollector
from community.knowledge.services import (
    Reader,
    helpful_explain,
    helpful_forget,
    helpful_recount,
    helpful_say,
    page_save,
)
from community.members.models import Member
from tests.factories.knowledge import ArticleFactory
from tests.factories.members import MemberFactory, ProductManagerFactory
from tests.forums_pages.conftest import signed_in, text_of
from tests.knowledge_pages.conftest import FIREFOX, path_of

pytestmark = pytest.mark.django_db


def figures(article) -> tuple[int, int]:
    count = HelpfulCount.objects.filter(article=article, revision_id=article.live_revision_id).first()
    return (count.yes, count.no) if count else (0, 0)


def visitor(number: int) -> Reader:
    return Reader(viewer=AnonymousUser(), visitor_key=f"visitor-{number}")


def test_a_visitor_votes_without_script_or_cookie_and_once(browser, article) -> None:
    address = f"/help/a/{article.pk}/helpful/"

    first = browser.post(address, {"helped": "yes"})
    browser.post(address, {"helped": "yes"})

    assert first["Location"] == f"{address}yes/"
    assert not first.cookies
    assert "Thank you" in text_of(browser.get(first["Location"]))
    assert figures(article) == (1, 0)
    assert "1 of 1 reader said yes" in text_of(browser.get(path_of(article)))


def test_another_browser_is_another_visitor_and_a_robot_is_nobody(browser, article) -> None:
    address = f"/help/a/{article.pk}/helpful/"
    browser.post(address, {"helped": "yes"})
    Client(HTTP_USER_AGENT="Mozilla/5.0 (Macintosh) Safari/605").post(address, {"helped": "no"})
    Client(HTTP_USER_AGENT="curl/8.4").post(address, {"helped": "no"})
    Client().post(address, {"helped": "no"})

    assert figures(article) == (1, 1)


def test_who_changes_their_mind_still_has_one_vote(article) -> None:
    client = signed_in(MemberFactory())
    for helped in ("yes", "no", "no"):
        client.post(f"/help/a/{article.pk}/helpful/", {"helped": helped})

    assert figures(article) == (0, 1)
    assert 'value="no" aria-pressed="true"' in text_of(client.get(path_of(article)))
    said = Activity.objects.filter(type="knowledge.article_rated").order_by("pk")
    assert [row.payload["helped"] for row in said] == [True, False]


def test_a_form_of_another_site_is_refused(browser, article) -> None:
    address = f"/help/a/{article.pk}/helpful/"

    response = browser.post(address, {"helped": "yes"}, HTTP_ORIGIN="https://evil.example")

    assert response.status_code == 403
    assert figures(article) == (0, 0)


def test_who_votes_too_often_is_told_to_wait(article) -> None:
    client = signed_in(MemberFactory())

    answers = {client.post(f"/help/a/{article.pk}/helpful/", {"helped": "yes"}).status_code for _ in range(61)}

    assert answers == {302, 429}


def test_no_asks_why_and_colleagues_read_it(browser, article) -> None:
    browser.post(f"/help/a/{article.pk}/helpful/", {"helped": "no"})
    asked = text_of(browser.get(f"/help/a/{article.pk}/helpful/no/"))
    why = f"/help/a/{article.pk}/helpful/why/"

    told = browser.post(why, {"reason": "missing", "text": " Which   screw? ", "act": "send"})

    assert "What I looked for is not in it" in asked
    assert told["Location"] == f"/help/a/{article.pk}/helpful/told/"
    page = text_of(signed_in(ProductManagerFactory()).get(path_of(article)))
    assert "What I looked for is not in it" in page
    assert "Which   screw?" in page
    assert "Which   screw" not in text_of(browser.get(path_of(article)))


def test_no_leads_on_to_the_ask_form_with_what_is_known(browser, article) -> None:
    browser.post(f"/help/a/{article.pk}/helpful/", {"helped": "no"})

    on = browser.post(f"/help/a/{article.pk}/helpful/why/", {"text": "Which screw holds the cover?", "act": "ask"})
    form = text_of(browser.get(on["Location"]))

    assert on["Location"].startswith("/ask/?about=knowledge.article")
    assert 'value="Which screw holds the cover?"' in form
    assert f"About: [Change the filters]({path_of(article)})" in form


def test_an_unknown_reason_is_refused_beside_its_field(browser, article) -> None:
    response = browser.post(f"/help/a/{article.pk}/helpful/why/", {"reason": "because", "text": "Kept"})

    assert response.status_code == 422
    assert "Kept" in text_of(response)


def test_with_htmx_the_answer_is_a_fragment(browser, article) -> None:
    response = browser.post(f"/help/a/{article.pk}/helpful/", {"helped": "no"}, HTTP_HX_REQUEST="true")

    assert response.status_code == 200
    assert "<html" not in text_of(response)
    assert f"/help/a/{article.pk}/helpful/why/" in text_of(response)


def test_a_new_version_is_voted_on_anew(article) -> None:
    reader = Reader(viewer=MemberFactory())
    helpful_say(article=article, reader=reader, helped=False)
    page_save(page=article, author=None, publish=True)

    assert helpful_say(article=article, reader=reader, helped=True)

    assert figures(article) == (1, 0)
    assert HelpfulVote.objects.filter(article=article).count() == 2


def test_colleagues_do_not_vote(article) -> None:
    with pytest.raises(Denied):
        helpful_say(article=article, reader=Reader(viewer=ProductManagerFactory()), helped=True)


def test_why_is_kept_only_of_who_said_no(article) -> None:
    helpful_say(article=article, reader=visitor(1), helped=True)

    assert not helpful_explain(article=article, reader=visitor(1), reason="missing", text="All of it")
    assert not helpful_explain(article=article, reader=visitor(2), reason="missing", text="All of it")


def test_what_a_member_said_is_exported_and_erased(article) -> None:
    member = MemberFactory()
    helpful_say(article=article, reader=Reader(viewer=member), helped=False)
    helpful_say(article=article, reader=visitor(1), helped=True)
    collector = KnowledgeCollector()

    assert collector.export(member.pk)["helpful"][0]["helped"] is False
    collector.erase(member.pk)
    collector.erase(member.pk)

    assert collector.export(member.pk) == {"helpful": []}
    assert figures(article) == (1, 0)


@pytest.fixture
def members(db: None) -> list[Member]:
    return [MemberFactory() for _ in range(2)]


STEPS = st.lists(
    st.tuples(st.integers(0, 4), st.booleans(), st.sampled_from(["say", "say", "say", "revise", "forget"])), max_size=12
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_figures_are_what_a_recount_finds(steps, article, members) -> None:
    HelpfulVote.objects.all().delete()
    HelpfulCount.objects.all().delete()
    for number, helped, step in steps:
        reader = Reader(viewer=members[number]) if number < len(members) else visitor(number)
        if step == "say":
            helpful_say(article=article, reader=reader, helped=helped)
        elif step == "revise":
            page_save(page=article, author=None, publish=True)
        elif number < len(members):
            helpful_forget(members[number].pk)

    kept = list(HelpfulCount.objects.values_list("pk", "yes", "no"))
    assert helpful_recount() == 0
    assert list(HelpfulCount.objects.values_list("pk", "yes", "no")) == kept


def test_a_recount_mends_what_is_wrong(article) -> None:
    helpful_say(article=article, reader=visitor(1), helped=True)
    HelpfulCount.objects.update(yes=7)
    other = ArticleFactory()
    helpful_say(article=other, reader=visitor(1), helped=False)
    HelpfulCount.objects.filter(article=other).delete()

    assert helpful_recount() == 2
    assert (figures(article), figures(other)) == ((1, 0), (0, 1))


def test_figures_show_months_and_words_to_colleagues_only(article) -> None:
    for number, helped in enumerate((True, True, False)):
        helpful_say(article=article, reader=visitor(number), helped=helped)

    staff = text_of(signed_in(ProductManagerFactory()).get(path_of(article)))
    reader = text_of(Client(**FIREFOX).get(path_of(article)))

    assert "Search words that led here" in staff
    assert "67 %" in staff
    assert "Search words that led here" not in reader
