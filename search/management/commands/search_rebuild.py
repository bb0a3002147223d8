"""Fill a new index from the database while the old one answers, then swap; or go back to the one before."""

from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.backends import backend
from search.indexing import index_check, index_rebuild
from search.port import Busy, Unavailable


class Command(BaseCommand):
    """`manage.py search_rebuild [--rollback]`."""

    help = "Rebuild the search index without downtime; --rollback lets the one before answer again."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--rollback", action="store_true", help="return to the index before the last rebuild")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say how long it took. Raises: CommandError when the engine does not answer."""
        began = monotonic()
        try:
            if options["rollback"]:
                name = backend().rollback()
                drift = index_check()
                behind = drift.missing + drift.outdated + drift.extra
                self.stdout.write(f"{name} answers again; {behind} documents follow what changed since")
                return
            count = index_rebuild()
        except LookupError as none:
            raise CommandError(str(none)) from none
        except (Unavailable, Busy) as trouble:
            raise CommandError(f"the search engine: {trouble}") from trouble
        seconds = monotonic() - began
        self.stdout.write(f"{count} documents in {seconds:.1f} s ({count / max(seconds, 0.001):.0f} a second)")
