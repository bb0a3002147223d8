"""`python -m bench.lighthouse`: what Lighthouse says of six public pages on a phone; needs Chromium, Node 18.20, npm.

npm fetches it into `var/tools/lighthouse` at a pinned version, without running anything it brings; nothing of the
product needs it. The server is one of its own with the demo; `--url` names another. Performance moves with the machine.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import chromium
from bench.server import ROOT, prepare, running

VERSION = "12.8.2"
FOLDER = ROOT / "var" / "tools" / "lighthouse"
PAGES = ("/", "/questions/", "/t/1/", "/ideas/", "/help/", "/developers/")
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 95, "seo": 100}
SHOWN = ("largest-contentful-paint", "cumulative-layout-shift", "total-blocking-time")


def main() -> int:
    """Print the marks of each page and what cost much; return how many pages are below a bar."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", help="a community that runs already")
    options = parser.parse_args()
    if not (shutil.which("npm") and chromium.found()):
        print("npm or Chromium is missing")  # noqa: T201
        return 1
    _install()
    if options.url:
        return sum(_judged(options.url + path) for path in PAGES)
    with tempfile.TemporaryDirectory(prefix="bench-lighthouse-") as folder:
        prepare(Path(folder))
        with running(Path(folder)) as (port, _, _):
            return sum(_judged(f"http://localhost:{port}{path}") for path in PAGES)


def _install() -> None:
    """Fetch Lighthouse unless this version is there."""
    if not (FOLDER / "node_modules" / "lighthouse" / "package.json").exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", f"lighthouse@{VERSION}"]
        subprocess.run(command, cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 pinned


def _judged(url: str) -> bool:
    """Print what Lighthouse says of a page; return whether it is below a bar."""
    command = [
        str(FOLDER / "node_modules" / ".bin" / "lighthouse"),
        url,
        "--quiet",
        "--output=json",
        "--no-enable-error-reporting",
        f"--chrome-flags={' '.join(chromium.FLAGS)}",
    ]
    variables = {**os.environ, "CHROME_PATH": chromium.found()}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=180)  # noqa: S603 pinned
    if done.returncode:
        print(f"{url}: {done.stderr.strip()[-300:]}")  # noqa: T201
        return True
    report = json.loads(done.stdout)
    marks = {name: round(100 * report["categories"][name]["score"]) for name in LEAST}
    figures = (report["audits"][name]["displayValue"].replace("\xa0", " ") for name in SHOWN)
    print(f"{url}: {marks}, LCP, CLS, TBT: {', '.join(figures)}", *_costs(report), sep="\n  ")  # noqa: T201
    return any(marks[name] < least for name, least in LEAST.items())


def _costs(report: dict[str, Any]) -> list[str]:
    """Return the titles of the audits that cost marks: those below 90 of 100."""
    audits = report["audits"]
    weighed = {
        ref["id"] for category in report["categories"].values() for ref in category["auditRefs"] if ref["weight"]
    }
    marks = {name: audits[name]["score"] for name in sorted(weighed)}
    return [audits[name]["title"] for name, mark in marks.items() if mark is not None and mark < 0.9]


if __name__ == "__main__":
    sys.exit(main())
