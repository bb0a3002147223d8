"""Delivering: once, in order within a lane, and never stopped by one bad activity."""

import itertools

import pytest
from django.db import connection

from community.activity.delivery import LEAST_TURN, TURN_S, drain_activity
from community.activity.models import Delivery
from tests.spine.conftest import Ledger
from tests.spine.tables import Effect, happen


def test_every_activity_is_handled_once(ledger: Ledger) -> None:
    happen(*range(1, 451))

    assert drain_activity() == 450

    assert Effect.objects.values("activity_id").distinct().count() == 450
    assert Effect.objects.count() == 450
    assert not Delivery.objects.exists()


def test_a_poison_activity_blocks_only_its_lane(ledger: Ledger) -> None:
    ledger.poison = {7}
    happen(*range(1, 101), 7, 7)

    drain_activity(raise_errors=False)

    waiting = Delivery.objects.order_by("activity_id")
    assert [delivery.lane for delivery in waiting] == ["members.member:7"] * 3
    assert [delivery.attempts for delivery in waiting] == [1, 0, 0]
    assert waiting[0].error.startswith("ValueError at tests/spine/conftest.py")
    assert Effect.objects.count() == 99


def test_drain_raises_what_a_handler_raised(ledger: Ledger) -> None:
    ledger.poison = {1}
    happen(1)

    with pytest.raises(ValueError, match="poison"):
        drain_activity()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has one write lock")
def test_a_slow_handler_holds_the_write_lock_for_short_turns(ledger: Ledger, monkeypatch) -> None:
    happen(*range(1, 201))
    took = itertools.chain([TURN_S / 2.1] * 3, itertools.repeat(TURN_S * 3.9))  # quick at first, then slow
    times = itertools.accumulate(itertools.chain.from_iterable((0.0, batch) for batch in took))
    monkeypatch.setattr("community.activity.delivery.perf_counter", lambda: next(times))

    drain_activity()

    assert ledger.batches[:6] == [LEAST_TURN, 20, 40, 80, 20, LEAST_TURN]
