"""The files of the embedded engine: generations of the index, who reads and who writes them.

`state.json` names the generation that answers, those that take writes (two while a rebuild runs) and the one before.
It is replaced atomically and read again when it changed, so every process follows. tantivy's lock file lets one
process write at a time; readers in others see a commit as soon as they ask.
"""

import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tantivy import Index, IndexWriter, Searcher

from search.backends.embedded.schema import build_schema, layout, register
from search.port import Busy

WRITER_BYTES = 15_000_000
"""tantivy's smallest arena; one thread."""
LOCK_WAIT_S = 3.0


@dataclass(frozen=True)
class State:
    """Which generation does what."""

    read: str
    write: tuple[str, ...]
    previous: str = ""
    fresh: bool = False
    """Nothing has filled it yet: the check against the database has everything to do."""


class Generation:
    """One index on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.schema = build_schema()
        self.index = Index(self.schema, path=str(folder))
        self.index.config_reader("manual", 0)
        register(self.index)
        self.index.reload()
        self.commits = 0
        """Grows whenever the reader has something new."""
        self._seen = self._stamp()
        self._lock = threading.Lock()

    def searcher(self) -> Searcher:
        """Return a view of the last commit, whichever process made it."""
        stamp = self._stamp()
        if stamp != self._seen:
            with self._lock:
                self.index.reload()
                self._seen = stamp
                self.commits += 1
        return self.index.searcher()

    @contextmanager
    def writer(self) -> Iterator[IndexWriter]:
        """Hold the writer for a moment; what was written is committed on leaving. Raises: Busy."""
        deadline = time.monotonic() + LOCK_WAIT_S
        while True:
            try:
                writer = self.index.writer(WRITER_BYTES, 1)
                break
            except ValueError as locked:
                if "lock" not in str(locked).lower() or time.monotonic() > deadline:
                    raise Busy(str(locked)) from locked
                time.sleep(0.02)
        try:
            yield writer
            writer.commit()
        finally:
            writer.wait_merging_threads()
        self.searcher()

    def _stamp(self) -> tuple[int, int]:
        try:
            facts = os.stat(self.folder / "meta.json")
        except FileNotFoundError:
            return (0, 0)
        return (facts.st_mtime_ns, facts.st_ino)


class Store:
    """All generations below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, Generation] = {}
        self._lock = threading.RLock()
        self._state: State | None = None
        self._stamp = 0

    def state(self) -> State:
        """Return the state as it is now; makes the first generation where there is none, or one of another layout."""
        path = self.folder / "state.json"
        with self._lock:
            try:
                stamp = os.stat(path).st_mtime_ns
            except FileNotFoundError:
                stamp = 0
            if self._state is None or stamp != self._stamp:
                self._state = _read_state(path)
                self._stamp = stamp
            if self._state is not None and self._state.read.startswith(layout()):
                return self._state
            name = self.name_new()
            return self.change(State(read=name, write=(name,), fresh=True))

    def name_new(self) -> str:
        """Return the name of a generation to come; no two are the same, however soon one follows the other."""
        return f"{layout()}-{time.time_ns()}"

    def change(self, state: State) -> State:
        """Let `state` hold from now on, for every process; generations it does not name are removed."""
        path = self.folder / "state.json"
        with self._lock:
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{os.getpid()}.new")
            fresh.write_text(json.dumps(asdict(state)), encoding="utf-8")
            os.replace(fresh, path)
            self._state, self._stamp = state, os.stat(path).st_mtime_ns
            kept = {state.read, state.previous, *state.write}
            for name in [name for name in self._open if name not in kept]:
                del self._open[name]
            for folder in self.folder.iterdir():
                if folder.is_dir() and folder.name not in kept:
                    shutil.rmtree(folder, ignore_errors=True)
        return state

    def generation(self, name: str) -> Generation:
        """Return a generation, opened."""
        with self._lock:
            if name not in self._open:
                self._open[name] = Generation(self.folder / name)
            return self._open[name]

    def reading(self) -> Generation:
        """Return the generation that answers."""
        return self.generation(self.state().read)

    def write(self, act: Callable[[Generation, IndexWriter], int]) -> int:
        """Do the same to every generation that takes writes; return what the first one said. Raises: Busy."""
        results = []
        for name in self.state().write:
            generation = self.generation(name)
            with generation.writer() as writer:
                results.append(act(generation, writer))
        return results[0]

    def close(self) -> None:
        """Forget all that is open."""
        with self._lock:
            self._open.clear()
            self._state = None


def _read_state(path: Path) -> State | None:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return State(values["read"], tuple(values["write"]), values["previous"], values["fresh"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
