"""`manage.py activity_replay`: feed a handler the past. There is no other way to back-fill."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from community.activity.services import activity_replay, handler_named


def moment(text: str) -> datetime:
    """Read `2026-03-02` or `2026-03-02T10:00` as a moment; without a zone it is the server's."""
    found = parse_datetime(text)
    if found is None:
        day = parse_date(text)
        if day is None:
            raise ValueError(text)
        found = datetime(day.year, day.month, day.day)  # noqa: DTZ001 made aware below
    return found if timezone.is_aware(found) else timezone.make_aware(found)


class Command(BaseCommand):
    """Deliver recorded activities to one handler again."""

    help = "Deliver recorded activities to a handler again: a new one, or one whose code was wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the handler and what narrows the replay."""
        parser.add_argument("handler", help="its name, as `activity_stats` prints it")
        parser.add_argument("--since", type=moment, help="recorded at or after: 2026-03-02 or 2026-03-02T10:00")
        parser.add_argument("--until", type=moment, help="recorded before")
        parser.add_argument("--type", action="append", default=[], dest="types", help="only this type; may be repeated")
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the deliveries; the worker does the rest."""
        try:
            handler = handler_named(options["handler"])
        except LookupError as unknown:
            raise CommandError(str(unknown)) from None
        strange = set(options["types"]) - set(handler.types)
        if strange:
            raise CommandError(f"{handler.name} does not want {', '.join(sorted(strange))}")
        count = activity_replay(
            handler=handler,
            types=options["types"],
            since=options["since"],
            until=options["until"],
            dry_run=options["dry_run"],
            on_progress=lambda so_far: self.stderr.write(f"\r{so_far:,}", ending="") if self.stderr.isatty() else None,
        )
        verb = "would be delivered" if options["dry_run"] else "will be delivered"
        self.stdout.write(f"{count:,} activities {verb} to {handler.name}")
