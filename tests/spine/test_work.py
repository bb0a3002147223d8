"""Work tables: claim, settle, suspects, marks."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from community.work import queue
from community.work.models import WorkItem
from community.work.outcomes import BACKOFF_CAP_S, Dead, Done, Failed, Later, backoff
from tests.spine.tables import Parcel


def _mark(*addresses: str) -> None:
    with transaction.atomic():
        queue.mark(Parcel, [{"address": address} for address in addresses])


def test_a_mark_makes_one_row_and_moves_its_counter(tables: None) -> None:
    _mark("a", "b", "a")
    _mark("a")

    assert list(Parcel.objects.order_by("address").values_list("address", "counter")) == [("a", 1), ("b", 0)]


def test_a_claimed_row_is_nobody_elses(tables: None) -> None:
    _mark("a", "b")

    first = queue.claim(Parcel.objects.all(), limit=1, lease_s=60)
    second = queue.claim(Parcel.objects.all(), limit=5, lease_s=60)

    assert [row.address for row in first + second] == ["a", "b"]
    assert queue.claim(Parcel.objects.all(), limit=5, lease_s=60) == []


def test_a_row_marked_while_in_hand_is_sent_again(tables: None) -> None:
    _mark("a")
    (row,) = queue.claim(Parcel.objects.all(), limit=1, lease_s=60)
    _mark("a")

    assert queue.settle([(row, Done())]) == []

    (again,) = queue.claim(Parcel.objects.all(), limit=1, lease_s=60)
    assert queue.settle([(again, Done())]) == []
    assert not Parcel.objects.exists()


def test_a_zombie_is_refused(tables: None) -> None:
    _mark("a")
    (zombie,) = queue.claim(Parcel.objects.all(), limit=1, lease_s=0)
    (owner,) = queue.claim(Parcel.objects.all(), limit=1, lease_s=60)

    assert queue.hold([zombie], lease_s=60) == []
    assert queue.settle([(zombie, Done())]) == [zombie]
    assert not owner.suspect
    assert owner.attempts == 1
    assert queue.settle([(owner, Failed("down"))]) == []
    assert queue.settle([(owner, Done())]) == [owner]


def _claim_one(lease_s: float = 60) -> Parcel:
    (row,) = queue.claim(Parcel.objects.all(), limit=1, lease_s=lease_s)
    return row


def test_a_row_that_outlives_two_holders_is_a_suspect(tables: None) -> None:
    _mark("a")

    rows = [_claim_one(lease_s=0) for _ in range(3)]

    assert [(row.attempts, row.suspect) for row in rows] == [(0, False), (1, False), (2, True)]
    assert rows[2].last_error == queue.LEASE_EXPIRED


def test_failures_back_off_and_end_dead_and_replay_starts_again(tables: None, frozen_clock) -> None:
    _mark("a")

    for attempt in range(1, queue.MAX_ATTEMPTS + 1):
        assert queue.settle([(_claim_one(), Failed("down"))]) == []
        row = Parcel.objects.get()
        assert row.attempts == attempt
        if row.state == WorkItem.State.WAITING:
            assert queue.claim(Parcel.objects.all(), limit=1, lease_s=60) == []
            frozen_clock.shift(BACKOFF_CAP_S * 2)

    assert row.state == WorkItem.State.DEAD
    assert queue.claim(Parcel.objects.all(), limit=1, lease_s=60) == []
    assert queue.replay(Parcel.objects.all()) == 1
    assert _claim_one().attempts == 0


def test_waiting_for_a_throttled_remote_costs_no_attempt(tables: None, frozen_clock) -> None:
    _mark("a")

    queue.settle([(_claim_one(), Later(timezone.now() + timedelta(seconds=30), "throttled"))])
    frozen_clock.shift(31)

    row = _claim_one()
    assert (row.attempts, row.last_error) == (0, "throttled")


def test_a_dead_row_wakes_when_its_record_changes(tables: None) -> None:
    _mark("a")
    queue.settle([(_claim_one(), Dead("no such street"))])

    _mark("a")

    assert _claim_one().attempts == 0


def test_a_row_marked_while_it_dies_lives_on(tables: None) -> None:
    _mark("a")
    row = _claim_one()
    _mark("a")

    assert queue.settle([(row, Dead("no such street"))]) == []

    row = Parcel.objects.get()
    assert (row.state, row.attempts) == (WorkItem.State.WAITING, 0)


def test_a_row_marked_during_its_last_attempt_has_all_its_attempts_again(tables: None) -> None:
    _mark("a")
    row = _claim_one()
    row.attempts = queue.MAX_ATTEMPTS - 1
    _mark("a")

    assert queue.settle([(row, Failed("nobody at home"))]) == []

    assert _claim_one().attempts == 0


def test_released_rows_are_as_if_never_claimed(tables: None) -> None:
    _mark("a")
    queue.release([_claim_one()])

    row = _claim_one()

    assert (row.attempts, row.suspect) == (0, False)


def test_rows_come_in_the_order_the_caller_asked(tables: None) -> None:
    _mark("b", "c", "a")

    rows = queue.claim(Parcel.objects.order_by("-address"), limit=2, lease_s=60)

    assert [row.address for row in rows] == ["c", "b"]


@pytest.mark.parametrize("count", [1, 2500])
def test_marking_many_costs_a_statement_per_thousand(tables: None, django_assert_num_queries, count: int) -> None:
    rows = [{"address": f"{number:05d}"} for number in range(count)]

    with transaction.atomic(), django_assert_num_queries(-(-count // 1000)):
        queue.mark(Parcel, rows)

    assert Parcel.objects.count() == count


@given(attempts=st.integers(min_value=1, max_value=60000))
@settings(max_examples=50, deadline=None)
def test_backing_off_never_exceeds_its_cap(attempts: int) -> None:
    assert timedelta(seconds=4) <= backoff(attempts) <= timedelta(seconds=BACKOFF_CAP_S * 1.2)
