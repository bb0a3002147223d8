"""`manage.py import_support FOLDER`: questions and answers of another support community."""

from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm
from wagtail.models import Site

from community.activity.delivery import drain_activity
from community.portal.importing.support import SupportImport, SupportReport
from community.portal.importing.support_source import ANSWERS, QUESTIONS


class Command(BaseCommand):
    """Reads, imports, delivers, and says what became of every row."""

    help = (
        f"Import {QUESTIONS} and {ANSWERS} from FOLDER. May be stopped and run again: what is there is left as it is. "
        "Authors become unclaimed members, dates are kept, nobody is notified."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FOLDER, and the site to import into."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--host", help="host name of the site; the default site unless told")

    def handle(self, *args: Any, folder: Path, host: str | None, **options: Any) -> None:
        """Import with a progress bar, then deliver what was recorded."""
        for name in (QUESTIONS, ANSWERS):
            if not (folder / name).is_file():
                raise CommandError(f"{folder / name} is not there.")
        started = perf_counter()
        run = SupportImport(folder, site=site_named(host))
        with tqdm(total=run.row_count, unit=" rows", disable=options["verbosity"] == 0, smoothing=0) as bar:
            report = run.run(bar.update)
        took_s = perf_counter() - started
        self._say(report, f"{run.row_count} rows in {took_s:.1f} s, {run.row_count / took_s:,.0f} rows/s")
        started = perf_counter()
        delivered = drain_activity(raise_errors=False)
        took_s = max(perf_counter() - started, 0.001)
        self.stdout.write(f"{delivered} deliveries in {took_s:.1f} s, {delivered / took_s:,.0f} deliveries/s")

    def _say(self, report: SupportReport, headline: str) -> None:
        self.stdout.write(headline)
        self.stdout.write("made: " + _counts(report.made))
        self.stdout.write("there already: " + _counts(report.known))
        self.stdout.write("text kept: " + _counts(report.fidelity))
        for key in report.lossy:
            self.stdout.write(f"  words differ: {key}")
        self.stdout.write(f"refused: {len(report.refused)}")
        for key, reason in report.refused:
            self.stdout.write(f"  {key}: {reason}")


def site_named(host: str | None) -> Site:
    """Return the site of `host`, the default one unless told. Raises: CommandError."""
    try:
        return Site.objects.get(hostname=host) if host else Site.objects.get(is_default_site=True)
    except Site.DoesNotExist as missing:
        raise CommandError(f"There is no site {host or 'by default'}.") from missing


def _counts(counter: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counter.items() if count) or "nothing"
