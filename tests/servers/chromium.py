"""One Chromium for each test process: the driver allows no second one beside it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from bench import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium.found(), args=chromium.FLAGS)
        yield started
        started.close()
