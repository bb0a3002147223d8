"""Two of everything, each in a thread with a connection of its own, really committing."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from community.activity.delivery import Deliverer, drain_activity
from community.activity.log import record
from community.activity.models import Delivery
from community.work import queue
from community.work.outcomes import Done
from tests.spine.conftest import Ledger
from tests.spine.tables import Effect, Happened, Parcel, happen

pytestmark = pytest.mark.django_db(transaction=True)


def _together(*runs: Callable[[], object]) -> None:
    """Run all at once; raise what any of them raised."""
    errors: list[BaseException] = []

    def guarded(run: Callable[[], object]) -> None:
        try:
            run()
        except BaseException as error:  # noqa: BLE001 handed to the test
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=guarded, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if errors:
        raise errors[0]


@pytest.mark.postgres
def test_an_activity_that_commits_late_is_not_lost(ledger_tx: Ledger) -> None:
    """On SQLite the write lock makes this order impossible."""
    may_commit, recorded = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            record(Happened(), subject_id=1, actor_id=None)
            recorded.set()
            assert may_commit.wait(30)

    def quick() -> None:
        assert recorded.wait(30)
        happen(2)
        drain_activity()
        assert list(Effect.objects.values_list("subject_id", flat=True)) == [2]
        may_commit.set()

    _together(late, quick)
    drain_activity()

    assert sorted(Effect.objects.values_list("subject_id", flat=True)) == [1, 2]


def test_writers_and_two_workers_lose_and_double_nothing(ledger_tx: Ledger) -> None:
    writing = threading.Event()
    writing.set()

    def write(first: int) -> None:
        for subject_id in range(first, first + 40):
            try:
                with transaction.atomic():
                    record(Happened(), subject_id=subject_id, actor_id=None)
                    if subject_id % 5 == 0:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass

    def work() -> None:
        deliverer = Deliverer(max_batch=7)
        while writing.is_set() or Delivery.objects.exists():
            deliverer.deliver(ledger_tx)

    def write_both() -> None:
        try:
            _together(lambda: write(1000), lambda: write(2000))
        finally:
            writing.clear()

    _together(write_both, work, work)

    expected = [n for first in (1000, 2000) for n in range(first, first + 40) if n % 5]
    assert sorted(Effect.objects.values_list("subject_id", flat=True)) == expected


@pytest.mark.postgres
def test_without_the_lock_the_delete_count_alone_protects(ledger_tx: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community.activity.delivery._try_lock", lambda name: True)
    happen(*range(300))

    def work() -> None:
        deliverer = Deliverer(max_batch=20)
        while Delivery.objects.exists():
            deliverer.deliver(ledger_tx)

    _together(work, work, work)

    assert Effect.objects.count() == 300
    assert Effect.objects.values("activity_id").distinct().count() == 300


def test_two_senders_never_hold_the_same_row(ledger_tx: Ledger) -> None:
    with transaction.atomic():
        queue.mark(Parcel, [{"address": str(number)} for number in range(100)])
    held: list[int] = []

    def claim() -> None:
        while rows := queue.claim(Parcel.objects.all(), limit=7, lease_s=60):
            held.extend(row.pk for row in rows)

    _together(claim, claim, claim)

    assert len(held) == len(set(held)) == 100


def test_marks_of_the_same_records_in_any_order_do_not_deadlock(ledger_tx: Ledger) -> None:
    addresses = [{"address": str(number)} for number in range(200)]

    def mark(rows: list[dict[str, str]]) -> None:
        for _ in range(5):
            with transaction.atomic():
                queue.mark(Parcel, rows)

    _together(lambda: mark(addresses), lambda: mark(addresses[::-1]))

    assert set(Parcel.objects.values_list("counter", flat=True)) == {9}


def test_marks_and_settlements_of_the_same_records_do_not_deadlock(ledger_tx: Ledger) -> None:
    """Keys go up while ids go down: a sender that wrote by id would meet whoever marks half-way."""
    addresses = [{"address": f"{number:03}"} for number in range(200)]
    with transaction.atomic():
        for address in reversed(addresses):
            queue.mark(Parcel, [address])

    def mark() -> None:
        for _ in range(60):
            with transaction.atomic():
                queue.mark(Parcel, addresses)

    def send() -> None:
        for _ in range(60):
            rows = queue.claim(Parcel.objects.all(), limit=200, lease_s=60)
            rows = queue.hold(rows, lease_s=60)
            queue.settle([(row, Done()) for row in rows])

    _together(mark, send)

    assert Parcel.objects.count() == 200 or not Parcel.objects.exclude(state="waiting").exists()
