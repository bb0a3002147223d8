"""`manage.py serve`: one command to a running community; what `make run` calls."""

import fcntl
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from community.core.serving.ports import holder, is_free
from community.core.serving.prepare import prepare

KILL_AFTER_S = 6  # the front waits 3 s for pages and worker; this is the belt


class Command(BaseCommand):
    """Prepares what changed, then becomes the web server."""

    help = "Prepare what changed (texts, database, demo, static files) and serve at PORT."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """`--no-demo` leaves a new community empty; `--prepare-only` stops before serving."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--no-demo", action="store_true")
        parser.add_argument("--prepare-only", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Hold the lock, prepare, print the address, and replace this process by the server."""
        host, port = options["host"], settings.PORT
        self._hold_lock(settings.VAR_DIR / "serve.lock", f"{settings.PUBLIC_URL} (pid {os.getpid()})")
        if not is_free(host, port):
            raise CommandError(
                f"Port {port} is taken by {holder(port)}. Stop it, or choose another: PORT=8001 make run"
            )
        self.check(fail_level=40)
        prepare(self.stdout.write, demo=not options["no_demo"])
        if options["prepare_only"]:
            return
        self._print_address(demo=not options["no_demo"])
        sys.stdout.flush()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.dev")
        os.execv(sys.executable, [sys.executable, "-m", "granian", *_arguments(host, port)])  # noqa: S606

    def _hold_lock(self, path: Path, who: str) -> None:
        """One server for each `var/`: the lock lives as long as the process that this one becomes."""
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            other = os.read(lock, 200).decode() or "another process"
            raise CommandError(f"Already running: {other}. Stop it with Ctrl-C where it runs.") from None
        os.ftruncate(lock, 0)
        os.write(lock, who.encode())
        os.set_inheritable(lock, True)

    def _print_address(self, *, demo: bool) -> None:
        self.stdout.write(f"\n  Tertulia at {settings.PUBLIC_URL}   (Ctrl-C stops it)\n")
        for line in import_string(settings.DEMO_LOGINS)() if demo else []:
            self.stdout.write(f"  {line}")
        for line in import_string(settings.SETUP_LINES)():
            self.stdout.write(f"  {line}")
        self.stdout.write("")


def _arguments(host: str, port: int) -> list[str]:
    return [
        *("--interface", "asgi", "--host", host, "--port", str(port), "--workers", "1"),
        *("--loop", "uvloop", "--http", "1", "--backlog", "1024", "--log-level", "warning"),
        *("--respawn-failed-workers", "--workers-kill-timeout", str(KILL_AFTER_S)),
        "community.asgi:application",
    ]
