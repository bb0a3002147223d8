"""An engine of its own for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from search import backends
from search.backends.embedded.backend import EmbeddedBackend


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedBackend]:
    """The embedded engine, empty, in the place of the configured one."""
    made = EmbeddedBackend(tmp_path / "search")
    backends.use(made)
    yield made
    backends.use(None)
