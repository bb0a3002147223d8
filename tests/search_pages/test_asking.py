"""Suggestions while a question is written, and what becomes of it."""

import re
from typing import Any

import pytest

from community.activity.delivery import drain_activity
from community.activity.models import Activity
from community.privacy.services import erase_member, export_member
from forums.models import Draft, Helpful, Post, Topic
from forums.services import draft_save, post_hide
from search.models import SearchEvent
from search.services_events import abandoned_mark, events_forget, words_kept
from tests.factories.forums import CategoryFactory
from tests.factories.members import MemberFactory
from tests.moderation.worlds import LINK
from tests.search_pages.conftest import browser, events, text_of

pytestmark = pytest.mark.django_db
TEXT = {"title": "It is humming in my bedroom", "body": "All night, behind the wall.", "help": "77"}


def look(client: Any, **more: str) -> str:
    """Have the ask form look for similar topics."""
    return text_of(client.post("/search/similar/", {**TEXT, **more}))


def test_similar_topics_come_from_title_and_body(humming) -> None:
    by_title = look(browser(), body="")
    by_body = look(browser(), title="Help", body="humming bedroom wall")

    assert "in the bedroom" in by_title.replace("<mark>", "").replace("</mark>", "")
    assert f"forums.topic:{humming.pk}" in by_body
    assert re.search(r'data-count="\d similar topics? below the title."', by_body)
    assert 'target="_blank" rel="noopener"' in by_body, "what is typed stays where it is"


def test_small_words_are_not_marked(humming) -> None:
    fragment = look(browser(), title="Humming in the bedroom wall")

    assert "<mark>Humming</mark> in the <mark>bedroom</mark> <mark>wall</mark>" in fragment


def test_a_reply_or_a_person_is_no_suggestion(humming, member) -> None:
    fragment = look(browser(member))

    assert f'data-thing="forums.topic:{humming.pk}"' in fragment
    assert "forums.post:" not in fragment
    assert "members.member:" not in fragment


def test_suggestions_show_only_what_the_reader_may_see(humming, member, moderator) -> None:
    assert "installers" not in look(browser(), title="Humming at the installers")
    assert "installers" in look(browser(member), title="Humming at the installers")
    post_hide(member=moderator, post_id=humming.posts.get(number=1).pk)
    assert f"forums.topic:{humming.pk}" not in look(browser(member)), "gone at once, before the index follows"


def test_hardly_any_text_looks_for_nothing_and_logs_nothing(humming) -> None:
    assert "rows" not in look(browser(), title="Hi", body="")
    assert not SearchEvent.objects.exists()


def test_without_a_script_a_button_looks_and_loses_nothing(humming, member) -> None:
    for client in (browser(), browser(member)):
        page = text_of(client.post("/ask/", {**TEXT, "act": "similar", "tags": "noise"}))

        assert 'value="It is humming in my bedroom"' in page
        assert "All night, behind the wall." in page
        assert 'value="noise"' in page
        assert "Has this been answered already?" in page
        assert 'name="help" value="77"' in page
    draft = Draft.objects.get(member=member)
    assert (draft.title, draft.body, draft.tags) == (TEXT["title"], TEXT["body"], ["noise"])
    assert re.search(r'name="sequence" value="1"', page)


def test_another_sites_page_can_neither_look_nor_answer(humming, member) -> None:
    client = browser(member)

    for path in ("/search/similar/", "/search/opened/", "/search/answered/"):
        assert client.post(path, TEXT, headers={"origin": "https://evil.example"}).status_code == 403
        assert client.post(path, TEXT, headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_what_was_shown_and_opened_is_logged_once(humming, member) -> None:
    client, thing = browser(member), f"forums.topic:{humming.pk}"
    for _ in range(2):
        look(client)
        assert client.post("/search/opened/", {"key": "77", "thing": thing}).status_code == 204

    assert [kind for kind, _thing, _position in events("begun", "opened")] == ["begun", "opened"]
    assert ("shown", thing, 1) in events("shown")


def test_nobody_opens_what_was_not_shown_to_them(humming, member) -> None:
    look(browser(member))

    for client, thing in ((browser(), humming.pk), (browser(MemberFactory()), humming.pk), (browser(member), 999)):
        client.post("/search/opened/", {"key": "77", "thing": f"forums.topic:{thing}"})

    assert events("opened", "click") == []


def test_this_answered_it_counts_once_thanks_and_closes_the_draft(humming, member) -> None:
    client = browser(member)
    look(client)
    draft_save(member=member, context="ask", sequence=0, title="It is humming", body="All night.")

    answers = [client.post("/search/answered/", {"source": f"forums.topic:{humming.pk} 77"}) for _press in "12"]
    drain_activity()

    assert [answer.status_code for answer in answers] == [302, 302]
    assert events("answered") == [("answered", f"forums.topic:{humming.pk}", 1)]
    assert Activity.objects.filter(type="search.help_answered").count() == 1
    assert not Draft.objects.exists()
    assert Helpful.objects.filter(member=member, post_id=humming.accepted_post_id).count() == 1
    page = text_of(client.get(answers[0]["Location"]))
    assert "Glad that answered it" in page
    assert humming.title in page


def test_a_text_written_on_after_the_answer_is_kept(humming, member) -> None:
    look(browser(member))
    browser(member).post("/search/answered/", {"source": f"forums.topic:{humming.pk} 77"})

    draft_save(member=member, context="ask", sequence=0, title="Another thing", body="Quite another.")
    drain_activity()

    assert Draft.objects.get().title == "Another thing"


def test_ones_own_answer_is_not_thanked_for(humming) -> None:
    author = Post.objects.get(pk=humming.accepted_post_id).author
    look(browser(author))

    browser(author).post("/search/answered/", {"source": f"forums.topic:{humming.pk} 77"})

    assert len(events("answered")) == 1
    assert not Helpful.objects.exists()


def test_a_visitor_may_be_answered_too(humming) -> None:
    client = browser()
    look(client)

    answer = client.post("/search/answered/", {"source": f"forums.topic:{humming.pk} 77"})

    assert not answer.cookies
    assert SearchEvent.objects.get(kind="answered").persona == "visitor"
    assert not Activity.objects.filter(type="search.help_answered").exists()


def test_what_was_never_suggested_answers_nothing(humming, member) -> None:
    browser(member).post("/search/answered/", {"source": f"forums.topic:{humming.pk} 77"})

    assert events("answered") == []
    assert not Activity.objects.filter(type="search.help_answered").exists()


def test_a_question_that_is_sent_all_the_same_is_linked(humming, member) -> None:
    client, category = browser(member), CategoryFactory(slug="pumps")
    look(client)

    client.post("/ask/", {**TEXT, "category": category.slug, "language": "en", "act": "post"})
    drain_activity()

    topic = Topic.objects.get(title=TEXT["title"])
    assert events("sent") == [("sent", f"forums.topic:{topic.pk}", 0)]


def test_a_visitor_who_signs_in_to_send_is_the_same_asking(humming, member) -> None:
    client, category = browser(), CategoryFactory(slug="pumps")
    look(client)
    client.post("/ask/", {**TEXT, "category": category.slug, "language": "en", "act": "post"})
    client.force_login(member)

    assert 'name="help" value="77"' in text_of(client.get("/ask/"))


def test_a_member_who_comes_back_to_the_text_goes_on_with_the_same_asking(humming, member) -> None:
    client = browser(member)
    look(client)
    assert 'value="77"' not in text_of(client.get("/ask/")), "an empty form is a question of its own"

    draft_save(member=member, context="ask", sequence=0, title="It is humming")

    assert 'name="help" value="77"' in text_of(client.get("/ask/"))


def test_what_is_left_for_a_day_is_abandoned_once(humming, member, frozen_clock) -> None:
    look(browser(member))
    assert abandoned_mark() == 0

    frozen_clock.shift(25 * 3600)

    assert [abandoned_mark(), abandoned_mark()] == [1, 0]
    abandoned = SearchEvent.objects.get(kind="abandoned")
    assert abandoned.at == SearchEvent.objects.get(kind="begun").at


def test_old_rows_go(humming, settings, frozen_clock) -> None:
    look(browser())
    settings.SEARCH_EVENT_DAYS = 30

    frozen_clock.shift(31 * 24 * 3600)

    assert events_forget() > 0
    assert not SearchEvent.objects.exists()


def test_addresses_and_long_numbers_are_not_kept() -> None:
    said = "  Invoice for Ana@Example.com, call +34 600 123 456 about E17 and order 20"

    assert words_kept(said) == "invoice for … call … about e17 and order 20"


def test_a_member_gets_their_rows_and_takes_them_along(humming, member) -> None:
    client = browser(member)
    client.get("/search/?q=humming")
    look(client)

    data = export_member(member.pk)["data"]["search"]["events"]
    assert {"query", "impression", "begun", "shown"} == {row["kind"] for row in data}

    erase_member(member.pk)
    assert not SearchEvent.objects.exists()


def test_lookups_beyond_the_limit_are_answered_but_not_logged(humming, monkeypatch) -> None:
    monkeypatch.setattr("search.views.LOGGED_RATE", "1/h")
    client = browser()

    for _ in range(3):
        assert client.get("/search/?q=humming").status_code == 200

    assert SearchEvent.objects.filter(kind="query").count() == 1


def test_too_many_results_pages_are_refused(humming, monkeypatch) -> None:
    monkeypatch.setattr("search.views.SEARCH_RATE", "2/h")
    client = browser()

    codes = [client.get("/search/?q=humming").status_code for _ in range(3)]

    assert codes == [200, 200, 429]


def test_a_question_that_waits_for_review_was_sent(humming, member) -> None:
    client, category = browser(member), CategoryFactory(slug="pumps")
    look(client)

    client.post("/ask/", {**TEXT, "body": LINK, "category": category.slug, "language": "en", "act": "post"})
    drain_activity()

    topic = Topic.objects.get(title=TEXT["title"])
    assert topic.visibility == "held"
    assert events("sent") == [("sent", f"forums.topic:{topic.pk}", 0)]
