"""The contract of search engines: page by page, whatever comes and goes meanwhile."""

import random

import pytest

from search.cursors import cursor_of, shown
from tests.search.places import Place


def _pages(place: Place, text: str, *, limit: int = 3, **values: object) -> list[list[int]]:
    cursor, pages = "", []
    while True:
        page = place.page(text, limit=limit, cursor=cursor, **values)
        pages.append(place.numbers(page.hits))
        cursor = page.next_cursor
        if not cursor:
            return pages


@pytest.mark.parametrize("sort", ["relevance", "newest", "votes"])
def test_pages_show_each_result_once_and_all_of_them(place: Place, sort: str) -> None:
    place.fill(*["kettle"] * 10)

    pages = _pages(place, "kettle", sort=sort)

    assert [len(page) for page in pages] == [3, 3, 3, 1]
    assert sorted(number for page in pages for number in page) == list(range(1, 11))


def test_the_last_page_has_no_cursor_even_when_it_is_full(place: Place) -> None:
    place.fill(*["kettle"] * 6)

    assert [len(page) for page in _pages(place, "kettle")] == [3, 3]


def test_total_and_facets_are_the_same_on_each_page(place: Place) -> None:
    place.fill(*["kettle"] * 5, tags=("a",))
    first = place.page("kettle", limit=2, facets=("tag",))

    second = place.page("kettle", limit=2, facets=("tag",), cursor=first.next_cursor)

    assert (second.total, second.facets) == (first.total, first.facets) == (5, {"tag": {"a": 5}})


def test_the_order_is_the_same_each_time(place: Place) -> None:
    place.fill(*["kettle"] * 9)

    assert place.found("kettle") == place.found("kettle")
    assert [n for page in _pages(place, "kettle") for n in page] == place.found("kettle")


def test_no_result_is_shown_twice_while_things_come_go_and_change(place: Place) -> None:
    chance = random.Random(3)  # noqa: S311
    place.fill(*[f"kettle number {number}" for number in range(1, 61)])
    cursor, seen, there = "", [], set(range(1, 61))
    for step in range(1, 10):
        page = place.page("kettle", limit=7, cursor=cursor)
        seen += place.numbers(page.hits)
        place.version += 1
        new, gone, changed = 60 + step, chance.choice(sorted(there)), chance.choice(sorted(there))
        place.engine.index([place.document(new, "kettle kettle"), place.document(changed, "kettle " * 9)])
        place.engine.delete([("forums.topic", place.id(gone))], version=place.version + 1)
        place.version += 1
        there.discard(gone)
        cursor = page.next_cursor
        if not cursor:
            break

    assert len(seen) == len(set(seen))
    assert len(seen) >= 55


@pytest.mark.parametrize("cursor", ["x", "////", "AAAA", "=", "é", "A" * 20_000, "Zm9v", "gICAgICAgICAgA"])
def test_a_cursor_that_is_none_is_none(place: Place, cursor: str) -> None:
    place.fill("kettle", "kettle")

    assert len(place.found("kettle", cursor=cursor)) == 2


def test_cursors_hold_any_things_and_stay_short() -> None:
    chance = random.Random(1)  # noqa: S311
    keys = {("forums.topic", pk) for pk in chance.sample(range(1, 100_000), 900)} | {("a.b", 2**62)}

    assert shown(cursor_of(keys)) == keys
    assert len(cursor_of(keys)) < 3_500
