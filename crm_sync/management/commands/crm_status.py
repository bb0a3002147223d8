"""manage.py crm_status [--json]: how each connection stands."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand

from crm_sync.models import Connection
from crm_sync.selectors import ConnectionState, connection_states, dead_counts, link_counts


class Command(BaseCommand):
    """Print state, lag, queue, dead letters, calls of the day and links of each connection."""

    help = "How each CRM connection stands."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take `--json`."""
        parser.add_argument("--json", action="store_true", help="for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one block a connection."""
        states = connection_states()
        if options["json"]:
            self.stdout.write(json.dumps({"connections": [_as_data(state) for state in states]}, indent=2))
            return
        for state in states:
            self.stdout.write(
                f"{state.name} ({state.label}): {state.state}{': ' + state.reason if state.reason else ''}\n"
                f"  {state.waiting} waiting, oldest {state.lag_s} s; {state.later} notes for the end of the day; "
                f"{state.dead} dead; {state.calls_today} calls today of {state.calls_daily or 'no limit'}"
            )


def _as_data(state: ConnectionState) -> dict[str, Any]:
    crm = Connection.objects.get(pk=state.id)
    return {
        "id": state.id,
        "name": state.name,
        "kind": state.kind,
        "state": state.state,
        "reason": state.reason,
        "wait_until": _moment(state.wait_until),
        "waiting": state.waiting,
        "later": state.later,
        "lag_s": state.lag_s,
        "dead": state.dead,
        "dead_by_cause": dict(dead_counts(crm)),
        "calls_today": state.calls_today,
        "calls_daily": state.calls_daily,
        "last_success_at": _moment(state.last_success_at),
        "links": {kind: dict(counts) for kind, counts in link_counts(crm).items()},
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
