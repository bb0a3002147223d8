"""Short hashes that say whether something must be made again."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def of_contents(paths: Iterable[Path], *extra: str) -> str:
    """Return a hash of the files' names and contents; any order gives the same."""
    digest = hashlib.sha256("\n".join(extra).encode())
    for path in sorted(paths):
        digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def of_stats(paths: Iterable[Path], *extra: str) -> str:
    """Return a hash of the files' names, sizes and times: for many files, where reading them all takes too long."""
    digest = hashlib.sha256("\n".join(extra).encode())
    for path in sorted(paths):
        facts = path.stat()
        digest.update(f"{path} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]


class Stamp:
    """A file that remembers the state in which something was last made."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def matches(self, state: str) -> bool:
        """Say whether it was last made in `state`."""
        return self._path.is_file() and self._path.read_text(encoding="utf-8") == state

    def set(self, state: str) -> None:
        """Remember `state`."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(state, encoding="utf-8")
