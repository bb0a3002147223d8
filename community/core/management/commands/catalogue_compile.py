"""`manage.py catalogue_compile`: make the translations of `locale/` usable, without gettext installed."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from community.core.catalogues import compile_catalogues


class Command(BaseCommand):
    """Compiles what changed."""

    help = "Compile the translation catalogues that changed (needs no gettext)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile and say how many."""
        written = compile_catalogues([Path(folder) for folder in settings.LOCALE_PATHS])
        self.stdout.write(f"{written} catalogues compiled")
