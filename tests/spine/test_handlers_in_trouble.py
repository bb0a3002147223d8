"""Poison: it stands alone, backs off, ends dead; and one that kills the process is found too."""

from contextlib import suppress
from typing import NoReturn

import pytest
from django.db.utils import OperationalError

from community.activity import delivery
from community.activity.delivery import KILLED, MAX_ATTEMPTS, Deliverer, drain_activity
from community.activity.models import Delivery, HandlerStart
from tests.spine.conftest import Ledger
from tests.spine.tables import Effect, happen


def test_one_bad_row_among_five_hundred_is_found_in_few_calls(ledger: Ledger) -> None:
    ledger.poison = {300}
    happen(*range(1, 501))
    deliverer = Deliverer(max_batch=500)

    while deliverer.deliver(ledger).more:
        pass

    assert Effect.objects.count() == 499
    assert len(ledger.batches) <= 25


def test_the_batch_grows_again_after_trouble(ledger: Ledger) -> None:
    ledger.poison = {1}
    happen(*range(1, 400))
    deliverer = Deliverer(max_batch=100)

    while deliverer.deliver(ledger).more:
        pass

    assert ledger.batches[-2] == 100


def test_poison_ends_dead_and_frees_its_lane(ledger: Ledger, frozen_clock) -> None:
    ledger.poison = {7}
    first, *_ = happen(7)
    for _ in range(MAX_ATTEMPTS):
        drain_activity(raise_errors=False)
        frozen_clock.shift(2 * 3600)
    ledger.poison = set()
    happen(7)

    drain_activity()

    (dead,) = Delivery.objects.all()
    assert (dead.state, dead.activity_id, dead.attempts) == (Delivery.State.DEAD, first, MAX_ATTEMPTS)
    assert Effect.objects.count() == 1


def test_a_lane_keeps_its_order_while_it_backs_off(ledger: Ledger, frozen_clock) -> None:
    ledger.poison = {7}
    first, second = happen(7, 7)
    drain_activity(raise_errors=False)
    ledger.poison = set()
    frozen_clock.shift(3600)

    drain_activity()

    assert list(Effect.objects.order_by("id").values_list("activity_id", flat=True)) == [first, second]


def test_the_error_is_kept_without_its_text(ledger: Ledger) -> None:
    ledger.poison = {7}
    happen(7)

    drain_activity(raise_errors=False)

    error = Delivery.objects.get().error
    assert error.startswith("ValueError at tests/spine/conftest.py:")
    assert "poison" not in error


def test_a_database_that_is_away_counts_no_attempt(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    happen(1)

    def away(*args: object) -> NoReturn:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as gone:
        gone.setattr(ledger, "handle", away)
        gone.setattr(delivery, "_charge", away)
        with pytest.raises(OperationalError):
            Deliverer().deliver(ledger)

    row = Delivery.objects.get()
    assert (row.attempts, row.not_before) == (0, None)


def test_a_database_out_of_breath_makes_the_batch_smaller(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    happen(*range(1, 9))
    deliverer = Deliverer(max_batch=8)
    with monkeypatch.context() as slow:
        slow.setattr(ledger, "handle", _operational)
        with pytest.raises(OperationalError):
            deliverer.deliver(ledger)

    deliverer.deliver(ledger)

    assert ledger.batches == [4]
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}


def _operational(batch: object) -> NoReturn:
    raise OperationalError("too many SQL variables")


@pytest.mark.parametrize("has_killed", [False, True])
def test_poison_that_the_database_calls_operational_blocks_only_its_lane(
    ledger: Ledger, has_killed: bool, frozen_clock
) -> None:
    """SQLite says so of a statement with too many variables, PostgreSQL of one that ran out of time."""
    happen(*range(1, 6))
    if has_killed:
        Delivery.objects.filter(lane__endswith=":3").update(error=KILLED)
    handle = ledger.handle
    ledger.handle = lambda batch: _operational(batch) if 3 in {one.subject_id for one in batch} else handle(batch)
    deliverer = Deliverer()

    for _ in range(MAX_ATTEMPTS):
        for _ in range(12):
            with suppress(OperationalError):  # as the worker's loop does
                deliverer.deliver(ledger)
        frozen_clock.shift(2 * 3600)

    (dead,) = Delivery.objects.all()
    assert (dead.state, dead.error.split()[0]) == (Delivery.State.DEAD, "OperationalError")
    assert set(Effect.objects.values_list("subject_id", flat=True)) == {1, 2, 4, 5}


def test_stolen_rows_roll_the_effect_back_and_count_no_attempt(ledger: Ledger) -> None:
    happen(1, 2)
    handle = ledger.handle

    def robbed(batch: list) -> None:
        handle(batch)
        Delivery.objects.filter(activity_id=batch[0].id).delete()

    ledger.handle = robbed
    delivered = Deliverer().deliver(ledger)

    assert delivered.count == 0
    assert not Effect.objects.exists()
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}


class Killed(BaseException):
    """Stands for the end of the process: nothing after it runs, the transaction is lost."""


def _die_on(ledger: Ledger, subject_id: int) -> None:
    handle = ledger.handle

    def deadly(batch: list) -> None:
        if any(activity.subject_id == subject_id for activity in batch):
            raise Killed
        handle(batch)

    ledger.handle = deadly


def test_poison_that_kills_the_process_is_charged_and_ends_dead(ledger: Ledger, frozen_clock) -> None:
    happen(*range(1, 11))
    _die_on(ledger, 5)
    starts = 0

    while Delivery.objects.filter(state=Delivery.State.WAITING).exists():
        starts += 1
        assert starts < 20
        process = Deliverer()
        try:
            while process.step():
                pass
        except Killed:
            pass
        frozen_clock.shift(2 * 3600)

    (dead,) = Delivery.objects.all()
    assert (dead.state, dead.error) == (Delivery.State.DEAD, KILLED)
    assert Effect.objects.count() == 9
    assert starts <= delivery.MAX_STARTS + MAX_ATTEMPTS + 1


def test_starts_are_forgotten_with_the_first_success(ledger: Ledger) -> None:
    HandlerStart.objects.create(handler=ledger.name, starts=1)
    happen(1)

    Deliverer().step()

    assert HandlerStart.objects.get(handler=ledger.name).starts == 0


def test_deploys_of_an_idle_handler_are_no_suspicion(ledger: Ledger) -> None:
    for _ in range(5):
        Deliverer().step()
    happen(*range(1, 11))

    Deliverer().step()

    assert ledger.batches == [10]
