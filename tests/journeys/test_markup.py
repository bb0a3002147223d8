"""The W3C's checker finds no error in one page of each type, as the server sends it."""

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import Served
from tests.journeys.pages import one_of_each
from tests.leaks.served import ServedWorld
from tests.services import CHECKER

pytestmark = [pytest.mark.browser, pytest.mark.checker]
NOT_KNOWN_TO_IT = ".*“webauthn” is not a valid autofill field name.*"
"""The standard lets `webauthn` close the list of tokens; this version of the checker does not know it."""
OPTIONS = [
    "--errors-only",
    "--skip-non-html",
    "--no-langdetect",
    "--exit-zero-always",
    "--format",
    "json",
    "--stdout",
    "--filterpattern",
    NOT_KNOWN_TO_IT,
]


def errors_of(folder: Path) -> list[tuple[str, str]]:
    """Return each error in the files of a folder: the file, and what is wrong with which text."""
    command = ["java", "-Xss2m", "-jar", str(CHECKER), *OPTIONS, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603 our own files
    assert done.returncode == 0, done.stderr[-2000:]
    return [
        (Path(found.get("url", "")).name, f"{found['message']} {found.get('extract', '')!r}")
        for found in json.loads(done.stdout)["messages"]
    ]


def test_the_checker_tells_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "wrong.html").write_text("<!doctype html><html lang=en><title>A title</title><p><div></p></div>")

    assert any("No \u201cp\u201d element in scope" in error for _, error in errors_of(tmp_path))


def test_the_markup_of_every_type_of_page_is_valid(
    served: Served, world: ServedWorld, browser: Browser, tmp_path: Path
) -> None:
    pages: dict[str, str] = {}
    for role in ("visitor", "customer", "administrator"):
        context = browser.new_context()
        if role != "visitor":
            context.add_cookies([{"name": "sessionid", "value": world.sessions[role], "url": served.url}])
        for address in one_of_each(world, role):
            answer = context.request.get(served.url + address.path)
            if "text/html" in answer.headers.get("content-type", "") and "<html" in (text := answer.text()):
                file = tmp_path / f"{len(pages)}.html"
                file.write_text(text, encoding="utf-8")
                pages[file.name] = f"{address.path} ({role})"
        context.close()

    errors = [f"{pages[file]}: {error}" for file, error in errors_of(tmp_path)]

    assert len(pages) > 80
    assert errors == [], "\n".join(errors)
