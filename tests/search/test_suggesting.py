"""The contract of search engines: what is offered as one types, and what is like a text."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.search.places import KIND, OTHER_KIND, PUBLIC, Place


@pytest.mark.parametrize("typed", ["pri", "print", "Printer", "prin off", "offl", "printer off", "off pri"])
def test_titles_are_found_by_the_beginnings_of_their_words(place: Place, typed: str) -> None:
    place.fill("Printer is offline", "Kettle boils over")

    assert place.begun(typed) == [1]


@pytest.mark.parametrize("typed", ["contra", "CONTRASEÑ", "contrasen"])
def test_accents_do_not_matter_as_one_types(place: Place, typed: str) -> None:
    place.add(1, "Cambiar la contraseña", language="es")

    assert place.begun(typed) == [1]


def test_all_that_was_typed_must_fit(place: Place) -> None:
    place.fill("Printer is offline", "Printer is jammed")

    assert place.begun("printer jam") == [2]
    assert place.begun("printer zeb") == []


def test_a_slip_is_forgiven_when_nothing_else_fits(place: Place) -> None:
    place.fill("Printer is offline", "Kettle boils over")

    assert place.begun("pirnt") == [1]
    assert place.begun("kettel boi") == [2]


def test_whole_words_stand_above_beginnings(place: Place) -> None:
    place.fill("printers of all kinds", "print")

    assert place.begun("print") == [2, 1]


@pytest.mark.parametrize("typed", ["", "   ", "?!", "-", '"', "*"])
def test_nothing_typed_offers_nothing(place: Place, typed: str) -> None:
    place.fill("Printer")

    assert place.begun(typed) == []


def test_offers_are_grouped_by_kind_each_up_to_the_limit(place: Place) -> None:
    documents = [place.document(number, f"kettle {number}") for number in range(1, 8)]
    documents += [place.document(number, f"kettle {number}", kind=OTHER_KIND) for number in range(8, 10)]
    place.engine.index(documents)

    groups = place.engine.suggest("kett", audience=PUBLIC, site_id=place.site_id, limit=3)

    assert {kind: len(hits) for kind, hits in groups.items()} == {KIND: 3, OTHER_KIND: 2}


def test_replies_are_not_offered_by_the_title_of_their_topic(place: Place) -> None:
    place.add(1, "kettle")
    place.add(2, "kettle", kind=OTHER_KIND, titled=False)

    assert place.begun("kett") == [1]


def test_members_are_offered_by_their_handle_as_well(place: Place) -> None:
    place.add(1, "Ada Quill", aliases=("inkwell",), kind="members.member", type="member")

    assert place.begun("inkw") == [1]
    assert place.found("inkwell") == [1]


def test_offers_mark_what_was_typed(place: Place) -> None:
    place.fill("Cambiar la contraseña & más")

    groups = place.engine.suggest("contras", audience=PUBLIC, site_id=place.site_id)

    assert groups[KIND][0].title_html == "Cambiar la <mark>contraseña</mark> &amp; más"


def test_like_a_text_is_what_shares_its_telling_words(place: Place) -> None:
    place.add(1, "Whistle of the kettle", "It whistles off key since I descaled it.")
    place.add(2, "Printer offline", "The printer does not answer.")
    place.add(3, "Kettle colours", "Which colours are there?")

    assert place.like("My kettle whistles", "It whistles although I descaled it")[0] == 1
    assert 2 not in place.like("My kettle whistles", "It whistles although I descaled it")


def test_the_body_alone_is_enough(place: Place) -> None:
    place.fill("Printer offline", "Kettle whistles")

    assert place.like("", "my kettle is broken") == [2]


def test_what_others_answered_below_counts_too(place: Place) -> None:
    place.add(1, "It does not work", "Help!", replies="Descale the kettle with vinegar.")
    place.add(2, "It does not boil", "Help!", replies="Plug it in.")

    assert place.like("vinegar for the kettle") == [1]
    assert place.found("vinegar") == [], "results show what a thing says itself"


def test_likes_are_found_by_what_was_replied_and_never_show_it(place: Place) -> None:
    place.add(1, "It makes a noise", "Since Monday.", replies="The strainer is dirty.")
    place.add(2, "It makes a noise", "Since Tuesday.", replies="Oil the hinge.")

    (hit,) = place.engine.similar("Dirty strainer?", audience=PUBLIC, site_id=place.site_id)

    assert hit.id == place.id(1)
    assert "strainer" not in hit.title_html + hit.snippet_html


def test_spanish_texts_find_their_like(place: Place) -> None:
    place.add(1, "Cambiar contraseñas", "No puedo entrar en mi cuenta", language="es")
    place.add(2, "La impresora no responde", language="es")

    assert place.like("Olvidé la contraseña de mi cuenta")[0] == 1


@pytest.mark.parametrize(("title", "body"), [("", ""), ("?!", "  "), ("\x00", "<b>")])
def test_a_text_that_says_nothing_is_like_nothing(place: Place, title: str, body: str) -> None:
    place.fill("Printer")

    assert place.like(title, body) == []


def test_what_is_excluded_and_what_is_beyond_the_limit_stays_out(place: Place) -> None:
    place.fill("kettle one", "kettle two", "kettle three")

    assert len(place.like("kettle", limit=2)) == 2
    assert sorted(place.like("kettle", exclude=[(KIND, place.id(2))])) == [1, 3]


def test_synonyms_help_to_find_likes(place: Place) -> None:
    place.fill("wireless drops out")

    assert place.like("wifi") == []
    assert place.like("wifi", synonyms=(("wifi", "wireless"),)) == [1]


def test_of_equal_likes_the_solved_and_the_fresh_come_first(place: Place) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    old, fresh = (now - timedelta(days=days) for days in (900, 1))
    place.add(1, "kettle whistles", signals={"recency": old.timestamp()})
    place.add(2, "kettle whistles", signals={"recency": fresh.timestamp()})
    place.add(3, "kettle whistles", signals={"recency": fresh.timestamp()}, solved=True)

    assert place.like("kettle whistles", now=now) == [3, 2, 1]


def test_the_words_both_have_are_marked(place: Place) -> None:
    place.add(1, "Kettle & whistle", "Nothing else.")

    (hit,) = place.engine.similar("whistling kettles", audience=PUBLIC, site_id=place.site_id)

    assert hit.title_html == "<mark>Kettle</mark> &amp; <mark>whistle</mark>"
