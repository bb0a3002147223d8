"""The clock: each job about every so often, by one worker at a time."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from community.work import periodic
from community.work.models import Periodic


@pytest.fixture
def only_jobs(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """An empty registry; returns the names of jobs that ran."""
    monkeypatch.setattr(periodic, "jobs", {})
    Periodic.objects.all().delete()
    return []


def test_a_job_runs_at_once_and_then_every_so_often(only_jobs: list[str], frozen_clock) -> None:
    periodic.register_periodic("spine.tidy", 60, lambda: only_jobs.append("tidy"))

    assert periodic.run_due_job()
    assert not periodic.run_due_job()
    frozen_clock.shift(61)
    assert periodic.run_due_job()

    assert only_jobs == ["tidy", "tidy"]


def test_the_job_that_waits_longest_runs_first(only_jobs: list[str], frozen_clock) -> None:
    periodic.register_periodic("spine.a", 60, lambda: only_jobs.append("a"))
    periodic.register_periodic("spine.b", 30, lambda: only_jobs.append("b"))
    while periodic.run_due_job():
        pass
    only_jobs.clear()
    frozen_clock.shift(90)

    while periodic.run_due_job():
        pass

    assert only_jobs == ["b", "a"]


def test_a_job_in_hand_is_nobody_elses_until_its_lease_runs_out(only_jobs: list[str], frozen_clock) -> None:
    def meanwhile() -> None:
        only_jobs.append("first")
        frozen_clock.shift(120)
        assert not periodic.run_due_job()

    periodic.register_periodic("spine.tidy", 60, meanwhile, lease_s=600)
    periodic.run_due_job()

    assert only_jobs == ["first"]


def test_a_failing_job_is_noted_and_tried_again_soon(only_jobs: list[str], frozen_clock) -> None:
    def fail() -> None:
        raise KeyError("a name that must not be kept")

    periodic.register_periodic("spine.tidy", 86400, fail)
    assert periodic.run_due_job()

    row = Periodic.objects.get()
    assert (row.failures, row.last_error, row.lease_until) == (1, "KeyError", None)
    assert (row.next_at - timezone.now()).total_seconds() < 10
