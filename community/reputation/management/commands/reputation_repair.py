"""`manage.py reputation_repair`."""

from typing import Any

from django.core.management.base import BaseCommand

from community.reputation.services import totals_repair


class Command(BaseCommand):
    """Recount every total from the ledger."""

    help = "Recount points and levels of every member from the ledger, and say how many were wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the repair."""
        wrong = totals_repair()
        self.stdout.write(f"{wrong} totals were wrong and are right now.")
