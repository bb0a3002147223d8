"""`manage.py import_articles FOLDER`: help articles in Markdown, a folder a language."""

from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from community.activity.delivery import drain_activity
from community.portal.importing.articles import ArticleImport, ArticleReport
from community.portal.management.commands.import_support import site_named


class Command(BaseCommand):
    """Reads, imports, delivers, and says what became of every file."""

    help = (
        "Import FOLDER/<language>/<name>.md (Markdown with front matter) as published articles; files of the same name "
        "are translations of each other. Pictures in FOLDER come along, those of other hosts become links. May be "
        "stopped and run again: what is there is left as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FOLDER, the site and the section to import into."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--host", help="host name of the site; the default site unless told")
        parser.add_argument("--section", default="", help="title of the section; made where it is missing")

    def handle(self, *args: Any, folder: Path, host: str | None, section: str, **options: Any) -> None:
        """Import with a progress bar, then deliver what was recorded."""
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        started = perf_counter()
        run = ArticleImport(folder, site=site_named(host), section=section)
        with tqdm(total=len(run.files), unit=" articles", disable=options["verbosity"] == 0) as bar:
            report = run.run(bar.update)
        took_s = perf_counter() - started
        self._say(report, f"{len(run.files)} files in {took_s:.1f} s, {len(run.files) / took_s:,.1f} files/s")
        drain_activity(raise_errors=False)

    def _say(self, report: ArticleReport, headline: str) -> None:
        self.stdout.write(headline)
        self.stdout.write("made: " + (", ".join(f"{count} {name}" for name, count in report.made.items()) or "nothing"))
        self.stdout.write(f"pictures taken over: {report.pictures}")
        self.stdout.write(f"there already: {report.known}")
        self.stdout.write("words kept: " + (", ".join(f"{n} {how}" for how, n in report.fidelity.items()) or "nothing"))
        for name, words in report.lossy.items():
            self.stdout.write(f"  {name} lacks: {' '.join(words[:20])}")
        for name, notes in report.noted.items():
            for note in notes:
                self.stdout.write(f"  {name}: {note}")
        self.stdout.write(f"refused: {len(report.refused)}")
        for name, reason in report.refused:
            self.stdout.write(f"  {name}: {reason}")
