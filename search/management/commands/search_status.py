"""Say how search is: engine, index, what waits to be written."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from search.status import search_status


class Command(BaseCommand):
    """`manage.py search_status [--json]`; ends with 1 when the engine does not answer."""

    help = "Say whether the search engine answers, what it holds and what waits to be written."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--json", action="store_true", help="as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it."""
        status = search_status()
        if options["json"]:
            self.stdout.write(json.dumps(status))
        else:
            for name, value in status.items():
                self.stdout.write(f"{name:14} {value}")
        if not status["available"]:
            raise SystemExit(1)
