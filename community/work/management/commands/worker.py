"""`manage.py worker`: the worker as a process of its own."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.work.loop import Worker, run_until_quiet


class Command(BaseCommand):
    """Run the same loop the web process embeds."""

    help = "Deliver activities, send what leaves the building and run periodic jobs, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add `--once`."""
        parser.add_argument("--once", action="store_true", help="work everything off that is due now, then end")

    def handle(self, *args: Any, once: bool = False, **options: Any) -> None:
        """Work until SIGTERM or SIGINT; end with an error when a line died, so that a supervisor starts us again."""
        if once:
            run_until_quiet(budget_s=3600)
            return
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        worker = Worker()
        worker.start()
        self.stdout.write("worker: running")
        dead: list[str] = []
        while not stopping.wait(1.0) and not dead:
            dead = worker.dead_lines()
        worker.stop()
        if dead:
            raise CommandError(f"worker: these lines ended unexpectedly: {', '.join(dead)}")
        self.stdout.write("worker: stopped")
