"""`manage.py export_member HANDLE TARGET`: everything we hold about a member, as one JSON file."""

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from community.privacy.management.naming import member_named
from community.privacy.services import export_member


class Command(BaseCommand):
    """Writes what every app's collector says; readable by its owner only."""

    help = "Write everything every app holds about the member HANDLE to TARGET: a new file, or a folder for one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """HANDLE and TARGET."""
        parser.add_argument("handle")
        parser.add_argument("target", type=Path)

    def handle(self, *args: Any, handle: str, target: Path, **options: Any) -> None:
        """Export to a file that was not there before."""
        member = member_named(handle)
        path = target / f"{member.handle}.json" if target.is_dir() else target
        text = json.dumps(export_member(member.pk), indent=2, ensure_ascii=False) + "\n"
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            raise CommandError(f"{path} is there already. Move it away, or name another file.") from None
        except OSError as refused:
            raise CommandError(f"{path} cannot be written: {refused.strerror}.") from refused
        self.stdout.write(f"{path}: {path.stat().st_size:,} bytes")
