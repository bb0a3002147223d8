"""The contract of search engines: who finds what, how results are narrowed, counted and ranked."""

import random
from collections import Counter
from typing import Any

import pytest

from community.activity.subjects import SearchDocument
from search.documents import facets_of
from search.port import FACETS
from tests.search.places import KIND, OTHER_KIND, PUBLIC, Place

MEMBERS = frozenset({"public", "members", "member:5"})
STAFF = frozenset({"public", "members", "staff", "role:moderator"})


@pytest.mark.parametrize(
    ("tokens", "seen"),
    [
        (PUBLIC, {1}),
        (MEMBERS, {1, 2, 4}),
        (STAFF, {1, 2, 3}),
        (frozenset({"group:9"}), {5}),
        (frozenset({"group:90"}), set()),
        (frozenset(), set()),
    ],
)
def test_nobody_finds_what_is_not_for_them(place: Place, tokens: frozenset[str], seen: set[int]) -> None:
    audiences = [{"public"}, {"members"}, {"staff", "role:moderator"}, {"member:5"}, {"group:9"}]
    for number, audience in enumerate(audiences, start=1):
        place.add(number, "secret kettle", audience=frozenset(audience), tags=(f"tag{number}",))

    page = place.page("kettle", audience=tokens, facets=("tag",))

    assert set(place.numbers(page.hits)) == seen
    assert page.total == len(seen)
    assert page.facets["tag"] == {f"tag{number}": 1 for number in seen}
    assert set(place.begun("kett", audience=tokens)) == seen
    assert set(place.like("my kettle", audience=tokens)) == seen


def test_did_you_mean_reveals_nothing_hidden(place: Place) -> None:
    place.add(1, "zanzibar project", audience=frozenset({"staff"}))
    place.add(2, "ordinary kettle")

    page = place.page("zanzibat")

    assert (page.did_you_mean, page.total, page.hits) == ("", 0, ())


def test_what_is_for_nobody_is_found_by_nobody(place: Place) -> None:
    place.add(1, "kettle", audience=frozenset())

    assert place.found("kettle", audience=STAFF) == []


def test_sites_are_worlds_of_their_own(place: Place) -> None:
    other = Place(place.engine, place.site_id + 500_000)
    place.add(1, "kettle here", tags=("a",))
    other.add(1, "kettle there", tags=("b",))

    assert place.found("kettle") == [1]
    assert other.found("kettle") == [1]
    assert place.page("kettle", facets=("tag",)).facets["tag"] == {"a": 1}
    assert place.begun("kett") == [1]
    assert place.like("kettle there") == [1]


def test_what_belongs_to_no_site_is_on_all(place: Place) -> None:
    name = f"Quillfeather{place.site_id}"
    place.add(1, name, site_id=None, kind="members.member", type="member")
    other = Place(place.engine, place.site_id + 500_000)

    assert place.found(name) == [1]
    assert [hit.id for hit in other.page(name).hits] == [place.id(1)]
    place.engine.delete([("members.member", place.id(1))], version=2)  # other tests share the index


def test_kinds_narrow_everything(place: Place) -> None:
    place.add(1, "kettle")
    place.add(2, "kettle", kind=OTHER_KIND, type="answer")

    assert place.found("kettle", kinds=(OTHER_KIND,)) == [2]
    assert place.begun("kett", kinds=(KIND,)) == [1]
    assert place.like("kettle", kinds=(OTHER_KIND,)) == [2]
    assert len(place.found("kettle", kinds=(KIND, OTHER_KIND))) == 2


def test_values_of_one_facet_are_or_and_facets_are_and(place: Place) -> None:
    place.add(1, "kettle", tags=("steel",), solved=True)
    place.add(2, "kettle", tags=("glass",), solved=False)
    place.add(3, "kettle", tags=("clay",), solved=True)

    assert set(place.found("kettle", filters={"tag": ("steel", "glass")})) == {1, 2}
    assert place.found("kettle", filters={"tag": ("steel", "glass"), "solved": ("yes",)}) == [1]
    assert place.found("kettle tag:glass", filters={"tag": ("steel",)}) == []


def test_a_facet_counts_what_the_others_leave(place: Place) -> None:
    place.add(1, "kettle", tags=("steel",), solved=True)
    place.add(2, "kettle", tags=("glass",), solved=False)

    page = place.page("kettle", filters={"tag": ("steel",)}, facets=("tag", "solved"))

    assert page.total == 1
    assert page.facets == {"tag": {"steel": 1, "glass": 1}, "solved": {"yes": 1}}


def test_unknown_facets_filters_and_sorts_are_nothing(place: Place) -> None:
    place.add(1, "kettle")

    page = place.page("kettle", filters={"colour": ("red",)}, facets=("colour",), sort="sideways")

    assert (page.total, page.facets) == (1, {})


def _random_document(place: Place, chance: random.Random, number: int) -> SearchDocument:
    return place.document(
        number,
        chance.choice(["kettle", "kettle pan", "pan"]),
        type=chance.choice(["question", "discussion", "answer"]),
        category=chance.choice(["", "forums.category:1", "forums.category:2"]),
        tags=tuple(chance.sample(["a", "b", "c", "d"], chance.randint(0, 3))),
        solved=chance.choice([True, False, None]),
        language=chance.choice(["en", "es", "de"]),
        author_id=chance.choice([None, 1, 2, 3]),
        audience=frozenset(chance.choice([{"public"}, {"members"}, {"staff"}])),
        kind=chance.choice([KIND, OTHER_KIND]),
    )


def test_two_hundred_random_requests_count_as_a_brute_force_does(place: Place) -> None:
    chance = random.Random(11)  # noqa: S311
    documents = [_random_document(place, chance, number) for number in range(1, 121)]
    place.engine.index(documents)
    values: dict[str, list[str]] = {
        facet: sorted({value for one in documents for value in facets_of(one)[facet]}) for facet in FACETS
    }

    for _ in range(200):
        tokens = chance.choice([PUBLIC, MEMBERS, STAFF])
        word = chance.choice(["", "kettle", "pan"])
        facets = tuple(chance.sample(FACETS, chance.randint(1, 3)))
        filters = {
            facet: tuple(chance.sample(values[facet], chance.randint(1, 2)))
            for facet in chance.sample(FACETS, chance.randint(0, 2))
        }
        kinds = chance.choice([(), (KIND,)])
        page = place.page(word, audience=tokens, filters=filters, facets=facets, kinds=kinds, limit=1)
        fitting = [one for one in documents if word in one.title and one.audience & tokens]
        fitting = [one for one in fitting if not kinds or one.kind in kinds]
        assert page.total == sum(_allows(filters, one) for one in fitting)
        for facet in facets:
            others = {name: chosen for name, chosen in filters.items() if name != facet}
            expected = Counter(v for one in fitting if _allows(others, one) for v in facets_of(one)[facet])
            assert page.facets[facet] == dict(expected), (word, tokens, filters, facet)


def test_without_rows_everything_is_counted_all_the_same(place: Place) -> None:
    for number in (1, 2, 3):
        place.add(number, "Kettle trouble")

    page = place.page("kettle", facets=("language",), limit=0)

    assert (page.hits, page.total, page.facets) == ((), 3, {"language": {"en": 3}})


def _allows(filters: dict[str, tuple[str, ...]], document: SearchDocument) -> bool:
    own = facets_of(document)
    return all(set(chosen) & set(own[facet]) for facet, chosen in filters.items())


def test_a_word_in_the_title_weighs_more_than_one_in_the_body(place: Place) -> None:
    place.add(1, "Trouble in the kitchen", "The kettle does not boil.")
    place.add(2, "Kettle trouble", "It does not boil at all.")

    assert place.found("kettle") == [2, 1]


def test_rare_words_weigh_more_than_usual_ones(place: Place) -> None:
    usual = [place.document(number, f"printer number {number}") for number in range(3, 23)]
    place.engine.index(
        [*usual, place.document(1, "printer calibration chart"), place.document(2, "printer on a table")]
    )

    assert place.found("printer calibration", limit=1) == [1]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"solved": True}, {"solved": False}),
        ({"signals": {"votes": 30.0}}, {"signals": {"votes": 0.0}}),
        ({"type": "question"}, {"type": "answer"}),
    ],
)
def test_of_equal_texts_the_more_useful_comes_first(
    place: Place, better: dict[str, Any], worse: dict[str, Any]
) -> None:
    place.add(1, "kettle boils over", **worse)
    place.add(2, "kettle boils over", **better)

    assert place.found("kettle boils") == [2, 1]


def test_results_explain_their_scores(place: Place) -> None:
    place.add(1, "kettle", solved=True)

    (hit,) = place.page("kettle").hits

    assert hit.explanation["factor"] > 1
    assert hit.score == pytest.approx(hit.explanation["text"] * hit.explanation["factor"], rel=0.001)


def test_results_can_be_sorted_by_time_and_votes(place: Place) -> None:
    from datetime import UTC, datetime

    for number, (year, votes) in enumerate([(2024, 5), (2026, 1), (2025, 9)], start=1):
        place.add(number, "kettle", at=datetime(year, 1, 1, tzinfo=UTC), signals={"votes": float(votes)})

    assert place.found("kettle", sort="newest") == [2, 3, 1]
    assert place.found("kettle", sort="votes") == [3, 1, 2]
