"""`manage.py erase_member HANDLE`: erase a member everywhere, like the page does. Not to be undone."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.privacy.management.naming import member_named
from community.privacy.services import erase_member, export_member


class Command(BaseCommand):
    """Says what there is, asks once, and erases."""

    help = (
        "Erase what every app holds about the member HANDLE, and have the CRM and the search index told. "
        "Not to be undone; --dry-run only says what there is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """HANDLE, `--dry-run`, and `--no-input` for scripts."""
        parser.add_argument("handle")
        parser.add_argument("--dry-run", action="store_true", help="say what there is, erase nothing")
        parser.add_argument("--no-input", action="store_true", help="do not ask")

    def handle(self, *args: Any, handle: str, dry_run: bool, no_input: bool, **options: Any) -> None:
        """Count, ask, erase. Raises: CommandError when the answer is not the handle."""
        member = member_named(handle)
        for app, tables in export_member(member.pk)["data"].items():
            counts = [f"{name} {_count(rows)}" for name, rows in tables.items() if _count(rows)]
            self.stdout.write(f"{app}: {', '.join(counts) or 'nothing'}")
        if dry_run:
            self.stdout.write("Nothing was erased.")
            return
        if not no_input and input(f"Type {member.handle} to erase this member for good: ") != member.handle:
            raise CommandError("This is not the handle; nothing was erased.")
        erase_member(member.pk)
        self.stdout.write("Erased. The worker tells the CRM and the search index within minutes.")


def _count(rows: Any) -> int:
    return len(rows) if isinstance(rows, list) else int(bool(rows))
