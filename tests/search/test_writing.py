"""The contract of search engines: versions, deletions, rebuilding while others write."""

import threading
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.activity.subjects import SearchDocument
from search.documents import fingerprint
from tests.search.places import KIND, OTHER_KIND, Place

_numbers = count(1)


def test_writing_again_replaces(place: Place) -> None:
    place.add(1, "kettle")
    place.add(1, "samovar")

    assert (place.found("kettle"), place.found("samovar")) == ([], [1])
    assert place.page("").total == 1


def test_an_older_write_changes_nothing(place: Place) -> None:
    place.add(1, "samovar", version=5)

    assert place.engine.index([place.document(1, "kettle", version=4)]) == 0
    assert (place.found("kettle"), place.found("samovar")) == ([], [1])


def test_the_same_version_may_be_written_twice(place: Place) -> None:
    assert place.engine.index([place.document(1, "kettle", version=5)]) == 1
    assert place.engine.index([place.document(1, "samovar", version=5)]) == 1
    assert place.found("samovar") == [1]


def test_of_two_versions_in_one_batch_the_newer_stays(place: Place) -> None:
    place.engine.index([place.document(1, "new", version=6), place.document(1, "old", version=5)])

    assert (place.found("new"), place.found("old")) == ([1], [])


def test_what_is_deleted_is_gone_and_may_come_back_newer(place: Place) -> None:
    place.add(1, "kettle", version=5)

    place.engine.delete([(KIND, place.id(1))], version=6)
    assert (place.page("kettle").total, place.begun("kett"), place.like("kettle")) == (0, [], [])

    assert place.engine.index([place.document(1, "kettle", version=5)]) == 0, "an older write brings nothing back"
    assert place.found("kettle") == []
    place.add(1, "kettle", version=7)
    assert place.found("kettle") == [1]


def test_an_older_deletion_deletes_nothing(place: Place) -> None:
    place.add(1, "kettle", version=5)

    place.engine.delete([(KIND, place.id(1))], version=4)

    assert place.found("kettle") == [1]


def test_deleting_what_is_not_there_is_fine(place: Place) -> None:
    place.engine.delete([(KIND, place.id(1)), (OTHER_KIND, place.id(2))], version=4)
    place.engine.delete([(KIND, place.id(1))], version=4)
    place.engine.delete([], version=4)
    place.engine.index([])

    assert place.page("").total == 0


def test_the_same_id_of_two_kinds_is_two_things(place: Place) -> None:
    place.add(1, "kettle")
    place.add(1, "kettle", kind=OTHER_KIND)

    place.engine.delete([(KIND, place.id(1))], version=2)

    assert [hit.kind for hit in place.page("kettle").hits] == [OTHER_KIND]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_writes_in_any_order_and_twice_end_the_same(place: Place, data: st.DataObject) -> None:
    """Late, doubled and shuffled writes of one thing: the newest version stays, alive or gone."""
    number = next(_numbers)
    versions = data.draw(st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=5))
    alive = dict(versions)
    for version, _lives in data.draw(st.permutations([*versions, *versions])):
        if alive[version]:
            place.engine.index([place.document(number, f"w{number}v{version}", version=version)])
        else:
            place.engine.delete([(KIND, place.id(number))], version=version)

    newest = max(alive)
    assert place.found(f"w{number}v{newest}") == ([number] if alive[newest] else [])


def test_it_tells_what_it_holds(own_place: Place) -> None:
    kept = own_place.add(1, "kettle", version=7)
    own_place.add(2, "pan")
    own_place.engine.delete([(KIND, own_place.id(2))], version=2)

    (held,) = own_place.engine.stored()

    assert (held.kind, held.id, held.version, held.fingerprint) == (KIND, own_place.id(1), 7, fingerprint(kept))
    status = own_place.engine.status()
    assert (status.available, status.documents, status.building, status.previous) == (True, 1, "", "")
    assert status.index
    assert status.bytes > 0


def test_a_fresh_index_says_so_until_it_was_filled(own_place: Place) -> None:
    assert own_place.engine.status().fresh

    own_place.engine.filled()

    assert not own_place.engine.status().fresh


def test_a_rebuild_swaps_in_what_it_was_given_and_can_be_taken_back(own_place: Place) -> None:
    own_place.fill("kettle", "kettle")
    before = own_place.engine.status().index

    assert own_place.engine.rebuild([own_place.document(3, "kettle")]) == 1

    status = own_place.engine.status()
    assert own_place.found("kettle") == [3]
    assert (status.previous, status.building, status.fresh) == (before, "", False)
    assert own_place.engine.rollback() == before
    assert sorted(own_place.found("kettle")) == [1, 2]
    assert own_place.engine.status().previous == status.index


def test_a_rebuild_of_an_index_that_was_never_used_makes_another(own_place: Place) -> None:
    own_place.engine.rebuild([own_place.document(1, "kettle")])

    status = own_place.engine.status()
    assert own_place.found("kettle") == [1]
    assert status.previous not in ("", status.index)


def test_there_is_no_way_back_before_a_first_rebuild(own_place: Place) -> None:
    with pytest.raises(LookupError):
        own_place.engine.rollback()


def test_a_rebuild_that_fails_leaves_everything_as_it_was(own_place: Place) -> None:
    own_place.fill("kettle")

    def broken() -> Iterator[SearchDocument]:
        yield own_place.document(2, "kettle")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        own_place.engine.rebuild(broken())

    assert own_place.found("kettle") == [1]
    assert own_place.engine.status().building == ""
    own_place.add(3, "kettle")
    assert sorted(own_place.found("kettle")) == [1, 3]


def test_while_a_rebuild_runs_reads_go_on_and_no_write_is_lost(own_place: Place) -> None:
    numbers = range(1, 41)
    own_place.fill(*["kettle old" for _ in numbers])
    started, may_end, errors, totals = threading.Event(), threading.Event(), [], []

    def slowly() -> Iterator[SearchDocument]:
        for number in numbers:
            if number == 2:
                started.set()
                may_end.wait(20)
            yield own_place.document(number, "kettle old", version=1)

    rebuilding = threading.Thread(target=own_place.engine.rebuild, args=(slowly(),))
    rebuilding.start()
    assert started.wait(20)
    try:
        assert own_place.engine.status().building
        own_place.version = 2
        for number in (1, 20, 41, 42):
            own_place.add(number, "kettle new")
            totals.append(own_place.page("kettle").total)
        own_place.engine.delete([(KIND, own_place.id(30))], version=2)
        totals.append(own_place.page("kettle").total)
    except Exception as error:  # noqa: BLE001
        errors.append(error)
    finally:
        may_end.set()
        rebuilding.join(30)

    assert errors == []
    assert totals == [40, 40, 41, 42, 41]
    assert sorted(own_place.found("kettle new", limit=50)) == [1, 20, 41, 42]
    assert own_place.page("kettle").total == 41
    assert own_place.engine.status().building == ""


def test_tidying_keeps_what_is_alive(own_place: Place) -> None:
    own_place.add(1, "kettle")
    own_place.engine.delete([(KIND, own_place.id(2))], version=1)

    own_place.engine.tidy()

    assert own_place.found("kettle") == [1]
