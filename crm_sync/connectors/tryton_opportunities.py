"""Tryton's opportunities: an idea is a lead, and so is each account that asks for it.

The reference holds our key. Description and text are ours as long as colleagues have the record open; party, amount,
probability and state are theirs from the start (`docs/adr/ideas-in-the-crm.md`).
Source: module sale_opportunity of trytond 8.2.1, tried on a server; 2026-11-22.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from crm_sync.connectors.base import IDEA, VOTE, RemoteRecord, Row, RowResult, Value
from crm_sync.connectors.tryton_rpc import TrytonRpc, changed_at, day_to_tryton
from crm_sync.errors import Gone

OPPORTUNITY = "sale.opportunity"
_FIELDS = ["reference", "description", "state", "create_date", "write_date"]
_OPEN = ("lead", "opportunity")
"""States in which Tryton lets the text be changed."""


class Opportunities:
    """Ideas and votes by account, as opportunities of one company."""

    def __init__(self, rpc: TrytonRpc) -> None:
        self._rpc = rpc

    def push(self, kind: str, row: Row, company_id: int, deadline: float) -> RowResult:
        """Write one; a create pushed twice makes two, which the engine sees to."""
        text = {"description": _title(kind, row.values), "comment": _text(kind, row.values)}
        if row.remote_id is not None:
            return self._update(row, row.remote_id, text, deadline)
        values = {**text, "reference": row.key, "company": company_id, "start_date": _day(kind, row.values)}
        if row.account_id:
            values["party"] = int(row.account_id)
        ids = self._rpc.call(OPPORTUNITY, "create", [values], deadline=deadline)
        return RowResult(key=row.key, action="created", remote_id=str(ids[0]))

    def _update(self, row: Row, remote_id: str, text: Mapping[str, str], deadline: float) -> RowResult:
        found = self._rpc.find(OPPORTUNITY, [["id", "=", int(remote_id)]], ["state"], deadline=deadline)
        if not found:
            raise Gone("The opportunity was deleted in Tryton.")
        if found[0]["state"] not in _OPEN:
            return RowResult(key=row.key, action="unchanged", remote_id=remote_id)
        self._rpc.call(OPPORTUNITY, "write", [int(remote_id)], dict(text), deadline=deadline)
        return RowResult(key=row.key, action="updated", remote_id=remote_id)

    def find(self, kind: str, domain: Sequence[Any], limit: int | None = None) -> list[RemoteRecord]:
        """Return the opportunities that match `domain`."""
        return [_record(kind, row) for row in self._rpc.find(OPPORTUNITY, domain, _FIELDS, limit=limit)]

    def listing(self, kind: str, after: int, limit: int) -> list[RemoteRecord]:
        """Return those with a key of ours by id."""
        return self.find(kind, [["id", ">", after], ["reference", "like", f"%:{kind}:%"]], limit)


def _record(kind: str, row: Mapping[str, Any]) -> RemoteRecord:
    is_ours = kind == IDEA and row["state"] in _OPEN
    return RemoteRecord(
        kind=kind,
        remote_id=str(row["id"]),
        key=row["reference"] or "",
        values={"title": row["description"]} if is_ours else {},
        changed_at=changed_at(row),
    )


def _title(kind: str, values: Mapping[str, Value]) -> str:
    title = str(values.get("title") or "")
    return title if kind == IDEA else f"{values.get('account')}: {title}"


def _text(kind: str, values: Mapping[str, Value]) -> str:
    if kind == VOTE:
        lines = [f"Voters: {values.get('voters') or 0}", f"Since: {values['since']}" if values.get("since") else ""]
    else:
        lines = [
            f"Board: {values.get('board')}",
            f"Status: {values.get('status')}",
            f"Votes: {values.get('votes') or 0}. Comments: {values.get('comments') or 0}.",
            f"Merged into: {values['merged_into']}" if values.get("merged_into") else "",
            str(values.get("response") or ""),
        ]
    return "\n\n".join(line for line in [*lines, str(values.get("url") or "")] if line)


def _day(kind: str, values: Mapping[str, Value]) -> dict[str, Any]:
    moment = values.get("submitted_at" if kind == IDEA else "since")
    return day_to_tryton(datetime.fromisoformat(str(moment)).date())
