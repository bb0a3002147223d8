"""manage.py crm_rotate_keys: encrypt all stored credentials with the first of CREDENTIALS_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand

from crm_sync.services import credentials_rotate


class Command(BaseCommand):
    """Put the new key first in CREDENTIALS_KEYS, restart, run this, then drop the old key."""

    help = "Encrypt stored CRM credentials with the newest key."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many were encrypted anew."""
        self.stdout.write(f"{credentials_rotate()} connections have a new key")
