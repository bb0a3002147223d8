"""Senders: I/O outside transactions, settled per row, never a stop for the loop."""

from collections.abc import Callable, Iterator, Sequence

import pytest
from django.db import connection, transaction

from community.work import queue
from community.work.models import WorkItem
from community.work.outcomes import Dead, Done, Outcome
from community.work.senders import Sender
from tests.spine.tables import Parcel


class Post(Sender[Parcel]):
    """Carries parcels to a list; what is done with each is told by the test."""

    name = "spine.post"
    model = Parcel

    def __init__(self, carry: Callable[[Parcel], Outcome] = lambda item: Done()) -> None:
        self.carry = carry
        self.trips: list[list[str]] = []

    def send(self, items: Sequence[Parcel]) -> Iterator[list[tuple[Parcel, Outcome]]]:
        """Make one trip."""
        items = self.hold(items)
        self.trips.append([item.address for item in items])
        for item in items:
            yield [(item, self.carry(item))]


def _mark(*addresses: str) -> None:
    with transaction.atomic():
        queue.mark(Parcel, [{"address": address} for address in addresses])


def test_a_batch_is_sent_and_gone(tables: None) -> None:
    _mark("a", "b")
    post = Post()

    assert post.run_once()
    assert not post.run_once()

    assert post.trips == [["a", "b"]]
    assert not Parcel.objects.exists()


def test_a_sender_refuses_to_run_inside_a_transaction(tables: None) -> None:
    with pytest.raises(RuntimeError, match="transaction"), transaction.atomic():
        Post().run_once()


def test_one_bad_row_does_not_hold_up_the_others(tables: None) -> None:
    _mark("a", "bad", "c")

    Post(lambda item: Dead("no such street") if item.address == "bad" else Done()).run_once()

    (left,) = Parcel.objects.all()
    assert (left.address, left.state) == ("bad", WorkItem.State.DEAD)


def test_after_an_unexpected_error_rows_travel_alone(tables: None, frozen_clock) -> None:
    _mark("a", "b", "c")
    post = Post()

    def stumble(item: Parcel) -> Outcome:
        if item.address == "b":
            raise KeyError("stumbled")
        return Done()

    post.carry = stumble
    post.run_once()
    assert set(Parcel.objects.values_list("address", "suspect", "attempts")) == {("b", True, 1), ("c", True, 1)}
    frozen_clock.shift(60)
    while post.run_once():
        pass

    assert post.trips == [["a", "b", "c"], ["b"], ["c"]]
    assert list(Parcel.objects.values_list("address", "last_error")) == [("b", "KeyError")]


def test_a_row_that_kills_its_sender_again_and_again_ends_dead(tables: None) -> None:
    _mark("deadly")
    post = Post()
    post.lease_s = 0

    for _ in range(Post.max_attempts):
        queue.claim(post.rows(), limit=1, lease_s=0)  # and the process dies
    assert not post.run_once()

    assert Parcel.objects.get().state == WorkItem.State.DEAD
    assert post.trips == []


def test_a_stalled_sender_has_the_record_sent_once_more(tables: None) -> None:
    _mark("a")
    slow, quick = Post(), Post()
    quick.lease_s = 60

    def overtaken(item: Parcel) -> Outcome:
        Parcel.objects.update(lease_until=item.created_at)  # the lease runs out during the call
        held = quick._claim()
        assert [row.address for row in held] == ["a"]
        return Done()

    slow.carry = overtaken
    slow.run_once()

    (row,) = Parcel.objects.all()
    assert row.counter == 1  # so the holder's success does not delete it


def test_what_a_sender_leaves_aside_goes_back_untouched(tables: None) -> None:
    _mark("a")

    class Lazy(Post):
        def send(self, items: Sequence[Parcel]) -> Iterator[list[tuple[Parcel, Outcome]]]:
            return iter(())

    Lazy().run_once()

    row = Parcel.objects.get()
    assert (row.lease_until, row.attempts) == (None, 0)


def test_no_transaction_is_open_during_the_call(tables: None) -> None:
    _mark("a")
    seen = []

    def look(item: Parcel) -> Outcome:
        seen.append([block for block in connection.atomic_blocks if not block._from_testcase])
        return Done()

    Post(look).run_once()

    assert seen == [[]]
