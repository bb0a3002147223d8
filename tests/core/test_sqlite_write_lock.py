"""Threads of one process queue for SQLite's one writer instead of polling for it."""

import os
import threading
import time

import pytest
from django.db import OperationalError, connection, transaction

from community.core.db.sqlite3 import base
from community.core.db.turns import WriteLock, give_way

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


def _in_a_thread(run) -> threading.Thread:
    def guarded() -> None:
        try:
            run()
        finally:
            connection.close()

    thread = threading.Thread(target=guarded)
    thread.start()
    return thread


def test_the_lock_is_held_from_begin_to_the_end_however_it_ends() -> None:
    lock = base._lock_of(str(connection.settings_dict["NAME"]))

    with transaction.atomic():
        assert lock.locked()
    assert not lock.locked()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError
    assert not lock.locked()

    connection.ensure_connection()
    transaction.set_autocommit(False)
    connection.close()
    assert not lock.locked()


def test_a_waiting_writer_goes_on_as_soon_as_the_other_commits() -> None:
    inside = threading.Event()
    ended: list[float] = []

    def hold() -> None:
        with transaction.atomic():
            inside.set()
            time.sleep(0.2)
        ended.append(time.monotonic())

    thread = _in_a_thread(hold)
    assert inside.wait(10)
    with transaction.atomic():
        waited_until = time.monotonic()
    thread.join()

    assert waited_until - ended[0] < 0.1


def test_who_gives_way_waits_for_all_who_do_not() -> None:
    lock = WriteLock()
    order: list[str] = []

    def take(name: str, *, patient: bool) -> threading.Thread:
        def run() -> None:
            if patient:
                give_way()
            lock.acquire(timeout=10)
            order.append(name)
            lock.release()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    lock.acquire(timeout=1)
    worker = take("worker", patient=True)
    pages = [take(name, patient=False) for name in ("page", "page")]
    while len(lock._hurried) < 2 or not lock._patient:
        time.sleep(0.001)
    lock.release()
    for thread in (worker, *pages):
        thread.join(10)

    assert order == ["page", "page", "worker"]


def test_who_gives_up_is_not_handed_the_lock() -> None:
    lock = WriteLock()
    lock.acquire(timeout=1)

    assert not lock.acquire(timeout=0.01)

    lock.release()
    assert not lock.locked()


def test_a_lock_held_too_long_is_an_operational_error(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            inside.set()
            leave.wait(30)

    thread = _in_a_thread(hold)
    assert inside.wait(10)
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
    try:
        with pytest.raises(OperationalError, match="locked"), transaction.atomic():
            pass
    finally:
        leave.set()
        thread.join()


def test_a_forked_child_is_not_locked_out_by_threads_it_does_not_have() -> None:
    lock = base._lock_of("somewhere")
    lock.acquire(timeout=1)

    pid = os.fork()
    if pid == 0:
        os._exit(0 if base._lock_of("somewhere").acquire(timeout=1) else 1)
    lock.release()

    assert os.waitpid(pid, 0)[1] == 0
