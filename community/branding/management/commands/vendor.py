"""Fetch the vendored files anew, or check that they are what vendor.toml says."""

import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from community.branding.vendor import VENDOR_DIR, VendorError, vendor_fetch, vendor_problems, vendored_files


class Command(BaseCommand):
    """`manage.py vendor` fetches; `--check` re-hashes offline; `--accept` writes the new hashes."""

    help = "Fetch the vendored files from the npm registry, or check them offline."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="re-hash the files, fetch nothing")
        parser.add_argument("--accept", action="store_true", help="write the hashes of what was fetched to vendor.toml")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            self._fetch(accept=options["accept"])
        problems = list(vendor_problems())
        if problems:
            raise CommandError("\n".join(problems))
        self.stdout.write(f"{len(vendored_files())} vendored files are as listed.")

    def _fetch(self, *, accept: bool) -> None:
        """Write every listed file; with `accept`, record its hash."""
        listing = VENDOR_DIR / "vendor.toml"
        for item in vendored_files():
            try:
                fetched = vendor_fetch(item)
            except (VendorError, OSError, KeyError) as failed:
                raise CommandError(f"{item.package} {item.version}: {failed}") from failed
            self.stdout.write(f"{item.file}: {item.package} {item.version}")
            if accept:
                block = re.compile(rf'(\nfile = "{re.escape(item.file)}"\nsha384 = ")[^"]*')
                listing.write_text(block.sub(rf"\g<1>{fetched}", listing.read_text()))
