"""`manage.py activity_stats`: how far every handler, sender and periodic job is."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from community.activity.selectors import COUNTED, Overview, overview


class Command(BaseCommand):
    """Print the staff page's figures."""

    help = "Print how far every handler, sender and periodic job is; counts stop at 10,001."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add `--json`."""
        parser.add_argument("--json", action="store_true", help="for machines: lag in seconds")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print."""
        page = overview()
        if options["json"]:
            figures = asdict(page)
            for kind in ("handlers", "senders"):
                for figure, standing in zip(figures[kind], getattr(page, kind), strict=True):
                    figure["lag_s"] = round(standing.lag_s, 3)
            self.stdout.write(json.dumps(figures, cls=DjangoJSONEncoder, indent=2))
            return
        self._table(page)

    def _table(self, page: Overview) -> None:
        self.stdout.write(f"{'':<40} {'waiting':>8} {'later':>8} {'dead':>8} {'lag':>9}")
        for handler in page.handlers:
            note = "" if handler.is_registered else "  no such handler in this version"
            self._line(
                f"handler {handler.name}", handler.waiting, handler.backing_off, handler.dead, handler.lag_s, note
            )
        for sender in page.senders:
            self._line(f"sender {sender.name}", sender.waiting, sender.in_hand, sender.dead, sender.lag_s, "")
        for job in page.jobs:
            note = f"failed {job.failures} times: {job.error}" if job.failures else f"next {job.next_at or 'at once'}"
            self.stdout.write(f"job {job.name:<36} every {job.every_s:g} s, {note}")
        for group in page.dead:
            self.stdout.write(f"dead {group.count} x {group.queue} {group.name}: {group.error}")

    def _line(self, name: str, waiting: int, later: int, dead: int, lag_s: float, note: str) -> None:
        figures = " ".join(f"{f'{COUNTED}+' if count > COUNTED else count:>8}" for count in (waiting, later, dead))
        self.stdout.write(f"{name:<40} {figures} {lag_s:>7.0f} s{note}")
