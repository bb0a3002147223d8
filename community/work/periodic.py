"""Periodic jobs: the table is the clock, so any number of workers run each job once."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from community.work.models import Periodic
from community.work.outcomes import backoff

logger = logging.getLogger("community.work")


@dataclass(frozen=True)
class Job:
    """One registered job."""

    name: str
    every_s: float
    run: Callable[[], object]
    lease_s: float


jobs: dict[str, Job] = {}


def register_periodic(name: str, every_s: float, run: Callable[[], object], *, lease_s: float = 600) -> None:
    """Have `run` called about every `every_s` seconds, by one worker at a time.

    Args:
        name: unique and stable: `crm_sync.poll`.
        lease_s: after this long without an end the worker counts as dead and another may start the job, so `run` must
            be safe to repeat. It runs outside any transaction.
    """
    jobs[name] = Job(name, every_s, run, lease_s)


def run_due_job() -> bool:
    """Run one job that is due and that nobody else runs; tell whether there was one."""
    now = timezone.now()
    ready = Periodic.objects.filter(Q(lease_until=None) | Q(lease_until__lte=now), name__in=list(jobs))
    known = dict(Periodic.objects.filter(name__in=list(jobs)).values_list("name", "next_at"))
    for name in jobs.keys() - known.keys():
        Periodic.objects.bulk_create([Periodic(name=name, next_at=now)], ignore_conflicts=True)
        known[name] = now
    for name in sorted((name for name, next_at in known.items() if next_at <= now), key=known.__getitem__):
        job = jobs[name]
        mine = ready.filter(name=name, next_at__lte=now).update(
            lease_until=now + timedelta(seconds=job.lease_s), epoch=F("epoch") + 1, started_at=now
        )
        if mine:
            epoch = Periodic.objects.values_list("epoch", flat=True).get(name=name)
            _run(job, epoch)
            return True
    return False


def _run(job: Job, epoch: int) -> None:
    started = timezone.now()
    error = ""
    try:
        job.run()
    except Exception as failure:  # noqa: BLE001 a job's error never kills the loop
        logger.exception("periodic job %s failed", job.name)
        error = type(failure).__name__
    row = Periodic.objects.filter(name=job.name, epoch=epoch)
    failures = (row.values_list("failures", flat=True).first() or 0) + 1 if error else 0
    wait = min(timedelta(seconds=job.every_s), backoff(failures)) if error else timedelta(seconds=job.every_s)
    with transaction.atomic():
        row.update(
            lease_until=None, next_at=started + wait, finished_at=timezone.now(), failures=failures, last_error=error
        )
