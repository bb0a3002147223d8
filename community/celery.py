"""Celery, when REDIS_URL is set: a doorbell and a clock, nothing more. The database is the truth.

`celery -A community.celery worker --beat` runs the same lines as `manage.py worker`, one task a line. A message that is
lost, late or doubled costs nothing: the next sweep is two seconds away, and deliveries and leases take care of doubles.
"""

import os

from celery import Celery
from kombu.transport.redis import Channel

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.prod")

BUDGET_S = 20
"""How long one task works before it lets the next one in."""

# When its broker dies, kombu (5.7) would put back what was not yet acknowledged, over a connection that is gone: an
# AttributeError ends the worker. Our messages may be lost, so nothing is put back and the worker lives to reconnect.
Channel.do_restore = False

app = Celery("tertulia")
app.config_from_object("django.conf:settings", namespace="CELERY")


@app.task(name="community.work.tick", ignore_result=True)
def tick() -> None:
    """Ring every line: one task each, so that a CRM that is slow to answer holds up nothing else."""
    from community.work.loop import all_lines

    for line in all_lines():
        work_off.apply_async([line.name], expires=BUDGET_S)


@app.task(name="community.work.work_off", ignore_result=True)
def work_off(name: str) -> None:
    """Work one line off. Idempotent: yes."""
    from community.work.loop import all_lines, run_until_quiet

    run_until_quiet(BUDGET_S, [line for line in all_lines() if line.name == name])


@app.on_after_finalize.connect
def _set_the_clock(sender: Celery, **kwargs: object) -> None:
    from community.work.loop import SWEEP_S

    sender.add_periodic_task(SWEEP_S, tick.s(), name="sweep", expires=SWEEP_S)
