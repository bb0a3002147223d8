"""`manage.py catalogue_check`: every text has its translation, nothing is fuzzy, every placeholder is kept."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

SHOWN = 40
LEFT_OUT = {".git", ".venv", "var", "node_modules", "tests", "bench", ".semgrep", "docs", "static"}


class Command(BaseCommand):
    """Collects the texts afresh, in a copy of the sources, and compares."""

    help = "Fail when a text has no translation in a language of LANGUAGES (needs gettext)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Check each language but the source one."""
        if not shutil.which("xgettext"):
            raise CommandError("gettext is missing: on Debian, apt-get install gettext")
        languages = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        with tempfile.TemporaryDirectory() as folder:
            tree = Path(folder) / "tree"
            shutil.copytree(settings.BASE_DIR, tree, ignore=_left_out, symlinks=True)
            (tree / "locale").mkdir(exist_ok=True)
            _collect(tree, languages)
            wrong = [line for code in languages for line in _faults(tree, code)]
        for line in wrong[:SHOWN]:
            self.stderr.write(line)
        if wrong:
            raise CommandError(f"{len(wrong)} texts to see to. `make messages`, translate, and try again.")
        self.stdout.write("every text is translated")


def _left_out(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if name in LEFT_OUT or name.endswith((".pyc", ".mo", ".sqlite3"))}


def _collect(tree: Path, languages: list[str]) -> None:
    command = ["makemessages", "--no-obsolete", "--no-wrap", "--add-location", "file"]
    chosen = [part for code in languages for part in ("--locale", code)]
    done = subprocess.run(  # noqa: S603 our own command, no input
        [sys.executable, "-m", "django", *command, *chosen],
        cwd=tree,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise CommandError(done.stderr)


def _faults(tree: Path, language: str) -> list[str]:
    """Return a line for each text that is untranslated, fuzzy, or whose placeholders differ."""
    path = tree / "locale" / language / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return [f"{language}: there is no catalogue"]
    catalogue = polib.pofile(str(path))
    faults = [
        f"{language}: not translated: {entry.msgid!r} ({_place(entry)})" for entry in catalogue.untranslated_entries()
    ]
    faults += [f"{language}: fuzzy: {entry.msgid!r} ({_place(entry)})" for entry in catalogue.fuzzy_entries()]
    checked = subprocess.run(  # noqa: S603 our own file
        [shutil.which("msgfmt") or "msgfmt", "--check", "--output-file=/dev/null", str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if checked.returncode:
        faults += [f"{language}: {line.partition('.po:')[2] or line}" for line in checked.stderr.splitlines()]
    return faults


def _place(entry: polib.POEntry) -> str:
    return ", ".join(name for name, _ in entry.occurrences[:2])
