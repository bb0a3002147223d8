"""`manage.py seed_load --posts N`: a community as large as wanted, to measure with."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from community.portal.load.seed import load_seed


class Command(BaseCommand):
    """Adds posts, topics and members made of parts; never for a community that people use."""

    help = "Add N posts, in topics of all sizes by a tenth as many members, to the default site: for benchmarks."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--posts` how many; `--seed` another community of that size."""
        parser.add_argument("--posts", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write, and say how long it took."""
        began = time.monotonic()
        load_seed(posts=options["posts"], seed=options["seed"])
        self.stdout.write(f"{options['posts']:,} posts in {time.monotonic() - began:.0f} s")
