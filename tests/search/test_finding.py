"""The contract of search engines: what words find, in both languages, with slips, synonyms and operators."""

from datetime import UTC, datetime

import pytest

from search.port import Synonyms
from tests.search.places import Place


@pytest.mark.parametrize("asked", ["reset password", "resetting passwords", "PASSWORD reset", "passwords"])
def test_english_words_are_found_in_any_form(place: Place, asked: str) -> None:
    place.fill("How to reset a password", "Printer is offline")

    assert place.found(asked) == [1]


@pytest.mark.parametrize("asked", ["contrasena", "contraseñas", "CONTRASEÑA", "cambiar contrasenas"])
def test_spanish_words_are_found_in_any_form_with_or_without_accents(place: Place, asked: str) -> None:
    place.fill("Cambiar la contraseña", "La impresora no responde", language="es")

    assert place.found(asked) == [1]


def test_accents_in_the_question_do_not_matter_either(place: Place) -> None:
    place.fill("Cafe machine")

    assert place.found("café") == [1]


def test_a_text_in_another_language_is_still_found(place: Place) -> None:
    place.add(1, "Drucker ohne Papier", language="de")

    assert place.found("drucker") == [1]
    assert place.found("language:de papier") == [1]


def test_the_body_is_searched(place: Place) -> None:
    place.add(1, "Trouble", "The spool hangs after the update.")

    assert place.found("spool") == [1]


def test_questions_with_many_small_words_are_understood(place: Place) -> None:
    place.fill("Reset password", "The printer and the scanner")

    assert place.found("how do I reset the password of my account") == [1]


def test_small_words_alone_are_taken_by_their_word(place: Place) -> None:
    place.fill("To be or not to be", "Something else")

    assert place.found("to be or not") == [1]


def test_two_words_must_both_be_there_if_any_result_has_both(place: Place) -> None:
    place.fill("red kettle", "red bicycle", "blue kettle")

    assert place.found("red kettle") == [1]


def test_when_nothing_has_all_words_some_words_will_do(place: Place) -> None:
    place.fill("red bicycle")

    assert place.found("red kettle") == [1]


def test_nothing_is_found_where_nothing_fits(place: Place) -> None:
    place.fill("red bicycle")

    page = place.page("zeppelin", facets=("type",))

    assert (page.hits, page.total, page.facets, page.next_cursor) == ((), 0, {"type": {}}, "")


def test_no_words_find_everything_newest_first(place: Place) -> None:
    place.add(1, "old", at=datetime(2020, 1, 1, tzinfo=UTC))
    place.add(2, "new", at=datetime(2026, 1, 1, tzinfo=UTC))

    assert place.found("") == [2, 1]


def test_quotes_ask_for_words_in_a_row(place: Place) -> None:
    place.fill("paper jam in tray", "jam on paper", "paper tray jam")

    assert place.found('"paper jam"') == [1]
    assert place.found('tray "paper jam"') == [1]


def test_a_minus_leaves_out(place: Place) -> None:
    place.fill("laser printer", "inkjet printer", "inkjet paper")

    assert place.found("printer -inkjet") == [1]
    assert sorted(place.found("-inkjet")) == [1]
    assert place.found('printer -"laser printer"') == [2]


def test_words_with_hyphens_are_their_parts_in_a_row(place: Place) -> None:
    place.fill("wi-fi drops", "fi and wi")

    assert place.found("wi-fi") == [1]
    assert place.found('"wi fi"') == [1]


@pytest.mark.parametrize("slip", ["pasword", "passwrod", "passwordd", "oassword", "paxsword"])
def test_one_slip_in_a_word_is_forgiven(place: Place, slip: str) -> None:
    place.fill("Reset password", "Printer offline")

    assert place.found(slip) == [1]
    assert place.found(f"reset {slip}") == [1]


def test_a_slip_in_spanish_is_forgiven_too(place: Place) -> None:
    place.fill("Cambiar la contraseña", language="es")

    assert place.found("contrasña") == [1]


def test_short_words_mean_what_they_say(place: Place) -> None:
    place.fill("The cat sleeps")

    assert place.found("cot") == []


def test_an_exact_word_stands_above_a_slip(place: Place) -> None:
    place.add(1, "notes", "a pasword in the middle of quite a long text about something else altogether")
    place.add(2, "password")

    assert place.found("pasword") == [1, 2]


def test_did_you_mean_names_a_word_that_finds_something(place: Place) -> None:
    place.fill("Reset password")

    assert place.page("reset pasword").did_you_mean == "reset password"
    assert place.page("reset password").did_you_mean == ""
    assert place.page("resets passwords").did_you_mean == ""


SYNONYMS: Synonyms = (("wifi", "wireless", "wlan"), ("tv", "television set"))


def test_synonyms_find_each_other(place: Place) -> None:
    place.fill("wireless drops", "kettle drops")

    assert place.found("wifi", synonyms=SYNONYMS) == [1]
    assert place.found("wlan drops", synonyms=SYNONYMS) == [1]
    assert place.found("wifi") == []


def test_synonyms_of_several_words_work_both_ways(place: Place) -> None:
    place.fill("television set broken", "tv broken", "set of keys")

    assert sorted(place.found("tv", synonyms=SYNONYMS)) == [1, 2]
    assert sorted(place.found("television set", synonyms=SYNONYMS)) == [1, 2]


def test_the_word_itself_stands_above_its_synonym(place: Place) -> None:
    place.fill("wireless drops", "wifi drops")

    assert place.found("wifi", synonyms=SYNONYMS) == [2, 1]


def test_operators_narrow(place: Place) -> None:
    place.add(1, "kettle", tags=("Steel",), solved=True, author_id=7, at=datetime(2025, 5, 5, tzinfo=UTC))
    place.add(2, "kettle", tags=("glass",), solved=False, author_id=8, at=datetime(2026, 2, 1, tzinfo=UTC))
    place.add(3, "kettle", type="discussion", at=datetime(2026, 3, 1, tzinfo=UTC))

    assert place.found("kettle tag:steel") == [1]
    assert place.found("kettle -tag:steel", sort="newest") == [3, 2]
    assert place.found("kettle solved:yes") == [1]
    assert place.found("kettle solved:no") == [2]
    assert place.found("kettle type:discussion") == [3]
    assert place.found("kettle tipo:debate") == [3]
    assert place.found("kettle author:ana", author_ids={"ana": 8}) == [2]
    assert place.found("kettle author:nobody") == []
    assert place.found("kettle before:2026") == [1]
    assert place.found("kettle after:2026-02 before:2026-03") == [2]


def test_operators_alone_are_a_question_as_well(place: Place) -> None:
    place.add(1, "kettle", tags=("steel",))
    place.add(2, "pan", tags=("iron",))

    assert place.found("tag:steel") == [1]
