"""The loop: woken by a commit, by its sweep when nobody rings, and never ended by an error."""

import threading
import time
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import transaction
from django.db.utils import OperationalError
from redis import Redis

from community.activity.delivery import Deliverer, lines
from community.activity.handlers import Handler
from community.activity.log import record
from community.work import doorbell, loop
from community.work.loop import REST, Line, Worker, run_until_quiet
from tests.servers.celery import Broker, broker
from tests.spine.conftest import Ledger
from tests.spine.tables import Effect, Happened, happen

__all__ = ["broker"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rings() -> Iterator[list[float]]:
    """When the doorbell rang."""
    times: list[float] = []

    def ring() -> None:
        times.append(time.monotonic())

    doorbell.add_bell(ring)
    yield times
    doorbell.remove_bell(ring)


def _wait_for(condition, timeout_s: float = 20) -> bool:
    deadline = time.monotonic() + timeout_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return bool(condition())


def test_a_commit_rings_once_however_much_was_recorded(ledger_tx: Ledger, rings: list[float]) -> None:
    happen(1, 2, 3)

    assert len(rings) == 1


def test_a_rollback_rings_nobody(ledger_tx: Ledger, rings: list[float]) -> None:
    with pytest.raises(ZeroDivisionError):
        _record_and_fail()

    assert rings == []


def _record_and_fail() -> None:
    with transaction.atomic():
        record(Happened(), subject_id=1, actor_id=None)
        raise ZeroDivisionError


def test_a_savepoint_that_is_rolled_back_does_not_take_the_bell_with_it(ledger_tx: Ledger, rings: list[float]) -> None:
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError):
            _record_and_fail()
        record(Happened(), subject_id=2, actor_id=None)

    assert len(rings) == 1


def test_a_worker_delivers_at_once_when_the_bell_rings(ledger_tx: Ledger) -> None:
    worker = Worker([Line("activity", Deliverer().step)], sweep_s=60)
    worker.start()
    try:
        time.sleep(0.3)  # it is asleep by now, for a minute
        happen(1)
        assert _wait_for(lambda: Effect.objects.count() == 1)
    finally:
        assert worker.stop()


def test_what_pages_wait_for_is_delivered_by_a_line_of_its_own(
    ledger_tx: Ledger, only_handlers: dict[str, Handler]
) -> None:
    shown = only_handlers["spine.shown"] = Ledger("spine.shown")
    shown.at_once = True
    happen(1)
    effects = Effect.objects.values_list("handler", flat=True)

    for line, delivered in zip(lines(), (["spine.shown"], ["spine.ledger", "spine.shown"]), strict=True):
        while line.step():
            pass
        assert sorted(effects.all()) == delivered


def test_a_sweep_finds_what_nobody_announced(ledger_tx: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "_bells", set())
    worker = Worker([Line("activity", Deliverer().step)], sweep_s=0.1)
    worker.start()
    try:
        doorbell.remove_bell(worker.nudge)
        happen(1)
        assert _wait_for(lambda: Effect.objects.count() == 1)
    finally:
        assert worker.stop()


def test_no_error_ends_the_loop(ledger_tx: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "TROUBLE_S", 0.01)
    troubles = iter([KeyError("x"), OperationalError("gone"), RuntimeError("y")])
    done = threading.Event()

    def step() -> bool:
        error = next(troubles, None)
        if error is not None:
            raise error
        done.set()
        return False

    worker = Worker([Line("trouble", step)], sweep_s=0.01)
    worker.start()

    assert done.wait(10)
    assert worker.dead_lines() == []
    assert worker.stop()


def test_a_slow_line_holds_up_no_other(ledger_tx: Ledger) -> None:
    release = threading.Event()
    worker = Worker([Line("slow", lambda: release.wait(30)), Line("activity", Deliverer().step)], sweep_s=0.1)
    worker.start()
    try:
        happen(1)
        assert _wait_for(lambda: Effect.objects.count() == 1)
    finally:
        release.set()
        worker.stop()


def test_a_line_leaves_most_of_the_process_to_pages_that_somebody_waits_for() -> None:
    steps: list[float] = []

    def step() -> bool:
        steps.append(time.monotonic())
        time.sleep(0.02)
        return True

    worker = Worker([Line("busy", step)], pages_wait=lambda: len(steps) < 5)
    worker.start()
    assert _wait_for(lambda: len(steps) > 6)
    assert worker.stop()

    assert steps[4] - steps[0] >= 4 * (1 + REST) * 0.02


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_line_whose_thread_ends_is_reported(ledger_tx: Ledger) -> None:
    def end() -> bool:
        raise SystemExit

    worker = Worker([Line("mortal", end)])
    worker.start()

    assert _wait_for(lambda: worker.dead_lines() == ["mortal"])
    worker.stop()


def test_one_tick_works_everything_off(ledger_tx: Ledger) -> None:
    happen(*range(20))

    run_until_quiet(30, [Line("activity", Deliverer(max_batch=5).step)])

    assert Effect.objects.count() == 20


def test_the_worker_command_works_off_what_is_due(ledger_tx: Ledger) -> None:
    happen(1)

    call_command("worker", "--once")

    assert Effect.objects.count() == 1


def test_a_broker_that_does_not_answer_delays_and_raises_nothing(
    ledger_tx: Ledger, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(doorbell, "_broker", doorbell._BrokerBell())
    asked, may_fail = threading.Event(), threading.Event()
    waiting: list[threading.Thread] = []

    def silent(client: Redis, name: str) -> None:
        waiting.append(threading.current_thread())
        asked.set()
        may_fail.wait(60)
        raise ConnectionError

    monkeypatch.setattr(Redis, "llen", silent)
    happen(0)
    assert asked.wait(20)
    for number in range(1, 51):
        happen(number)
    run_until_quiet(30, [Line("activity", Deliverer().step)])
    may_fail.set()

    assert Effect.objects.count() == 51
    assert threading.current_thread() not in waiting


@pytest.mark.loopback
def test_where_nobody_reads_the_broker_is_not_filled(
    broker: Broker, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`manage.py worker` beside the pages sweeps and reads no messages."""
    settings.CELERY_BROKER_URL = broker.url
    monkeypatch.setattr(doorbell, "MOST_WAITING", 3)
    monkeypatch.setattr(doorbell, "_broker", doorbell._BrokerBell())
    client = Redis.from_url(broker.url)

    for _ in range(6):
        doorbell.nudge()
        _wait_for(lambda: not doorbell._broker._wanted.is_set())
    doorbell.nudge()

    assert _wait_for(lambda: not doorbell._broker._wanted.is_set())
    assert client.llen("celery") == 3


@pytest.mark.redis
def test_with_a_broker_the_bell_is_heard_in_other_processes(
    ledger_tx: Ledger, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    import redis

    address = os.environ["TEST_REDIS_URL"]
    settings.CELERY_BROKER_URL = address
    monkeypatch.setattr(doorbell, "_broker", doorbell._BrokerBell())
    client = redis.Redis.from_url(address)
    client.delete("celery")

    happen(1)

    assert _wait_for(lambda: client.llen("celery") >= 1)
    client.delete("celery")
