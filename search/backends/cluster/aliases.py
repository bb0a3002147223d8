"""Which index does what: aliases, changed in one call."""

from dataclasses import dataclass
from time import time_ns
from typing import Any

from search.backends.cluster.mapping import index_body, layout
from search.backends.cluster.wires import WRITE_TIMEOUT_S, Wire
from search.port import Unavailable


@dataclass(frozen=True)
class Roles:
    """The indexes by what they do."""

    read: str
    write: tuple[str, ...]
    previous: str
    fresh: bool


class Aliases:
    """The indexes of one installation: `<prefix>-<layout>-<time>`, and three aliases."""

    def __init__(self, wire: Wire, prefix: str) -> None:
        self._wire = wire
        self._prefix = prefix
        self.read_alias, self._write_alias, self._previous = f"{prefix}-read", f"{prefix}-write", f"{prefix}-previous"

    def roles(self, *, timeout_s: float = WRITE_TIMEOUT_S) -> Roles:
        """Return who does what; makes the first index where there is none, or none of this layout."""
        found = self._found(timeout_s)
        if found is None or not found.read.startswith(f"{self._prefix}-{layout()}-"):
            name = f"{self._prefix}-{layout()}-0"
            old = () if found is None else {found.read, *found.write, *filter(None, [found.previous])} - {name}
            self._create(name)
            self._change(
                [{"remove_index": {"index": index}} for index in sorted(old)]
                + [_add(name, self.read_alias), _add(name, self._write_alias)]
            )
            found = self._found(timeout_s)
        if found is None:
            raise Unavailable("the index could not be made")
        return found

    def write(self) -> tuple[str, ...]:
        """Return the indexes that take writes."""
        return self.roles().write

    def begin(self) -> str:
        """Make the index that a rebuild fills, and let it take writes beside the one that answers."""
        before = self.roles()
        if len(before.write) > 1:
            for name in before.write:
                if name != before.read:
                    self.abandon(name)  # a rebuild that died
        name = f"{self._prefix}-{layout()}-{time_ns() // 1_000_000}"
        self._create(name)
        self._change([_add(name, self._write_alias)])
        return name

    def abandon(self, name: str) -> None:
        """Forget an index that was not finished."""
        self._wire.call("DELETE", f"/{name}")

    def finish(self, name: str) -> None:
        """Let the new index answer; keep the one before, remove that before it."""
        before = self.roles()
        actions = [_remove(before.read, self.read_alias), _remove(before.read, self._write_alias)]
        actions += [_add(name, self.read_alias), _add(before.read, self._previous)]
        if before.previous:
            actions.append({"remove_index": {"index": before.previous}})
        self._change(actions)
        self._note(name)

    def rollback(self) -> str:
        """Swap the index that answers and the one before. Raises: LookupError."""
        now = self.roles()
        if not now.previous:
            raise LookupError("there is no index before this one")
        actions = [_remove(index, self._write_alias) for index in now.write]
        actions += [_remove(now.read, self.read_alias), _remove(now.previous, self._previous)]
        actions += [_add(now.previous, self.read_alias), _add(now.previous, self._write_alias)]
        actions.append(_add(now.read, self._previous))
        self._change(actions)
        return now.previous

    def note_filled(self) -> None:
        """Note in the index that answers that it has been filled."""
        self._note(self.roles().read)

    def _note(self, index: str) -> None:
        meta = {"layout": layout(), "filled": True}
        self._wire.call("PUT", f"/{index}/_mapping", body={"_meta": meta})

    def _found(self, timeout_s: float) -> Roles | None:
        answer = self._wire.call("GET", f"/{self._prefix}-*/_alias", timeout_s=timeout_s)
        by_alias: dict[str, list[str]] = {}
        for index, told in sorted(answer.items()):
            for alias in told.get("aliases", {}):
                by_alias.setdefault(alias, []).append(index)
        read = by_alias.get(self.read_alias)
        if not read:
            return None
        mapping = self._wire.call("GET", f"/{read[0]}/_mapping", timeout_s=timeout_s)
        meta = mapping[read[0]]["mappings"].get("_meta", {})
        previous = by_alias.get(self._previous, [""])[0]
        write = sorted(by_alias.get(self._write_alias, read), key=lambda name: name != read[0])
        return Roles(read[0], tuple(write), previous, fresh=not meta.get("filled"))

    def _create(self, name: str) -> None:
        try:
            self._wire.call("PUT", f"/{name}", body=index_body())
        except RuntimeError as error:
            if "resource_already_exists" not in str(error):  # else another process made it a moment ago
                raise

    def _change(self, actions: list[dict[str, Any]]) -> None:
        self._wire.call("POST", "/_aliases", body={"actions": actions})


def _add(index: str, alias: str) -> dict[str, Any]:
    return {"add": {"index": index, "alias": alias}}


def _remove(index: str, alias: str) -> dict[str, Any]:
    return {"remove": {"index": index, "alias": alias}}
