"""Words that mean the same: tried on what people searched for, added, live at once."""

import pytest

from search.models import SynonymGroup
from tests.factories.members import AdministratorFactory, SupportAgentFactory
from tests.search_pages.conftest import browser, text_of

pytestmark = pytest.mark.django_db


def test_a_group_is_tried_on_real_searches_then_added_and_holds_at_once(
    humming, moderator, django_capture_on_commit_callbacks
) -> None:
    reader, client = browser(), browser(moderator)
    assert "Nothing here holds these words" in text_of(reader.get("/search/?q=droning"))

    preview = text_of(client.post("/staff/synonyms/", {"words": "droning, humming", "act": "preview"}))
    assert "droning</td>" in preview
    assert 'data-l="Finds now">0</td><td class="n" data-l="Would find"><b>2</b>' in preview
    assert not SynonymGroup.objects.exists()

    with django_capture_on_commit_callbacks(execute=True):
        client.post("/staff/synonyms/", {"words": "droning, humming", "act": "save"})
    assert f"forums.topic:{humming.pk}" in text_of(reader.get("/search/?q=droning"))


def test_a_group_is_changed_and_removed(engine) -> None:
    client = browser(AdministratorFactory())
    client.post("/staff/synonyms/", {"words": "harness, wiring", "act": "save"})
    group = SynonymGroup.objects.get()

    client.post("/staff/synonyms/", {"words": "harness, loom", "act": "save", "group": str(group.pk)})
    assert SynonymGroup.objects.get().words == ["harness", "loom"]
    client.post(f"/staff/synonyms/{group.pk}/delete/")
    assert not SynonymGroup.objects.exists()


def test_one_word_alone_is_refused_with_a_reason(engine, moderator) -> None:
    answer = browser(moderator).post("/staff/synonyms/", {"words": "harness", "act": "save"})

    assert answer.status_code == 422
    assert "at least two words" in text_of(answer)


def test_colleagues_who_may_not_change_them_may_read_them(engine) -> None:
    client = browser(SupportAgentFactory())

    assert 'name="words"' not in text_of(client.get("/staff/synonyms/"))
    assert client.post("/staff/synonyms/", {"words": "a word, another", "act": "save"}).status_code == 403


def test_words_that_found_nothing_are_filled_in(engine, moderator) -> None:
    assert 'value="loom, "' in text_of(browser(moderator).get("/staff/synonyms/?words=loom"))
