"""Which Chromium the benchmarks, the browser tests and the pictures use, and how it is started."""

import os
import shutil

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def found() -> str:
    """Return the path of Chromium; empty when there is none."""
    return os.environ.get("TEST_CHROMIUM") or shutil.which("chromium") or ""
