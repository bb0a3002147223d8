"""manage.py crm_sync [--connection NAME] [--once] [--fill] [--audit]: sync by hand, without the worker."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from community.activity.delivery import drain_activity
from crm_sync.engine.auditing import connection_audit
from crm_sync.engine.polling import connection_poll
from crm_sync.models import Connection, CrmDirty, CrmTimeline
from crm_sync.senders import RecordSender, TimelineSender
from crm_sync.services import connection_fill, rules_run
from crm_sync.states import sending_now

IDLE_S = 0.5


class Command(BaseCommand):
    """Deliver, apply rules, send and poll until nothing is due; safe beside a running worker."""

    help = "Sync CRM connections now. With --once one turn, else until nothing is due."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the connection and how much to do."""
        parser.add_argument("--connection", help="its name or id; all unless given")
        parser.add_argument("--once", action="store_true", help="one turn of each sender and one poll")
        parser.add_argument("--fill", action="store_true", help="first mark every member")
        parser.add_argument("--audit", action="store_true", help="compare both sides afterwards")
        parser.add_argument("--seconds", type=float, default=3600, help="stop after so long")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run; print one line a connection."""
        chosen = _chosen(options["connection"])
        drain_activity()
        if options["fill"]:
            for crm in chosen:
                self.stdout.write(f"{crm.name}: {connection_fill(crm)} members marked")
        self.stdout.write(f"{rules_run()} questions handed to support by rule")
        drain_activity()
        turns = _send(chosen, once=options["once"], until=time.monotonic() + options["seconds"])
        for crm in chosen.exclude(sending_now()):
            self.stdout.write(f"{crm.name}: paused, or waiting as it was asked to")
        for crm in chosen.filter(sending_now()):
            self.stdout.write(f"{crm.name}: {turns} turns, {connection_poll(crm)} changes taken over")
            if options["audit"]:
                for kind, count in connection_audit(crm).items():
                    self.stdout.write(f"{crm.name}: {kind}: {count}")


def _chosen(named: str | None) -> QuerySet[Connection]:
    connections = Connection.objects.order_by("pk")
    if named is None:
        return connections
    found = connections.filter(pk=int(named)) if named.isdigit() else connections.filter(name=named)
    if not found:
        raise CommandError(f"There is no connection {named!r}.")
    return found


def _send(chosen: QuerySet[Connection], *, once: bool, until: float) -> int:
    senders = (RecordSender(chosen), TimelineSender(chosen))
    turns = 0
    while time.monotonic() < until:
        busy = [sender.run_once() for sender in senders]
        turns += sum(busy)
        if once:
            break
        if not any(busy):
            if not _soon(chosen):
                break
            time.sleep(IDLE_S)
    return turns


def _soon(chosen: QuerySet[Connection]) -> bool:
    """Whether something waits for a parent, a retry or patience, rather than for the end of the day."""
    running = chosen.filter(state=Connection.State.RUNNING)
    records = CrmDirty.objects.filter(connection__in=running, state="waiting")
    return (
        records.exists()
        or CrmTimeline.objects.filter(connection__in=running, state="waiting", last_error__gt="").exists()
    )
