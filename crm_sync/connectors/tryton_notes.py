"""Tryton's notes at a party: the timeline. Our key is their last line, because they have no field for it.

Tryton searches a note only by what it is about, and lets nobody change one.
Source: module ir of trytond 8.2.1, tried on a server; 2026-11-22.
"""

from collections.abc import Mapping, Sequence

from crm_sync.connectors.base import NOTE, RemoteRecord, Row, RowResult
from crm_sync.connectors.tryton_parties import KEY_LINE, PARTY
from crm_sync.connectors.tryton_rpc import TrytonRpc, changed_at
from crm_sync.errors import CrmError, Gone, InvalidData, UnknownOutcome

REMARK = "ir.note"


class Notes:
    """What members did, as notes at their parties."""

    def __init__(self, rpc: TrytonRpc) -> None:
        self._rpc = rpc

    def push(self, rows: Sequence[Row], deadline: float) -> list[RowResult]:
        """Write notes; one that is there already and says less gives way to a longer one."""
        results: dict[str, RowResult] = {}
        self._create([row for row in rows if not row.remote_id], results, deadline)
        for row in rows:
            if row.remote_id:
                self._try_to_replace(row, results, deadline)
        return [results[row.key] for row in rows]

    def _try_to_replace(self, row: Row, results: dict[str, RowResult], deadline: float) -> None:
        try:
            remote_id = self._replace(row, deadline)
        except CrmError as failed:
            if not results:
                raise
            results[row.key] = RowResult(key=row.key, action="failed", error=failed)
        else:
            results[row.key] = RowResult(key=row.key, action="updated", remote_id=remote_id)

    def _replace(self, row: Row, deadline: float) -> str:
        """Put a note in the place of one that says less: of a day that got longer. Tryton lets nobody change a note."""
        there = self.by_key([row.key], {row.key: str(row.parent_id)})
        right = [note.remote_id for note in there if f"{note.values['text']}\n[{row.key}]" == _note_text(row)]
        if not right:
            values = {"resource": f"{PARTY},{row.parent_id}", "message": _note_text(row)}
            right = [str(self._rpc.call(REMARK, "create", [values], deadline=deadline)[0])]
        stale = [int(note.remote_id) for note in there if note.remote_id != right[0]]
        if stale:
            self._rpc.call(REMARK, "delete", stale, deadline=deadline)
        return right[0]

    def _create(self, rows: Sequence[Row], results: dict[str, RowResult], deadline: float) -> None:
        if not rows:
            return
        values = [{"resource": f"{PARTY},{row.parent_id}", "message": _note_text(row)} for row in rows]
        try:
            ids = self._rpc.call(REMARK, "create", values, deadline=deadline)
        except (InvalidData, Gone) as refused:
            if len(rows) == 1:
                results[rows[0].key] = RowResult(key=rows[0].key, action="failed", error=refused)
                return
            middle = len(rows) // 2
            self._create(rows[:middle], results, deadline)
            self._create(rows[middle:], results, deadline)
            return
        except CrmError as failed:
            if not results:
                raise
            results |= {row.key: RowResult(key=row.key, action="failed", error=failed) for row in rows}
            return
        for row, note_id in zip(rows, ids, strict=True):
            results[row.key] = RowResult(key=row.key, action="created", remote_id=str(note_id))

    def by_key(self, keys: Sequence[str], parents: Mapping[str, str]) -> list[RemoteRecord]:
        """Return the notes with these keys, looked for at their parties. Raises: UnknownOutcome without a party."""
        if any(key not in parents for key in keys):
            raise UnknownOutcome("Tryton finds a note only by its party, which is not linked.")
        resources = sorted({f"{PARTY},{parents[key]}" for key in keys})
        names = ["message", "resource", "create_date", "write_date"]
        wanted = set(keys)
        records = []
        for row in self._rpc.find(REMARK, [["resource", "in", resources]], names):
            line = KEY_LINE.search(row["message"])
            key = line[1] if line else ""
            if key in wanted:
                parent = str(row["resource"]).partition(",")[2]
                records.append(
                    RemoteRecord(
                        kind=NOTE,
                        remote_id=str(row["id"]),
                        key=key,
                        values={"text": row["message"].rpartition("\n")[0]},
                        changed_at=changed_at(row),
                        parent_id=parent,
                    )
                )
        return records


def _note_text(row: Row) -> str:
    lines = [row.values.get("text"), row.values.get("url"), row.values.get("occurred_at"), f"[{row.key}]"]
    return "\n".join(str(line) for line in lines if line)
