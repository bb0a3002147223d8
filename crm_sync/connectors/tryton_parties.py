"""Members as Tryton parties: batched creates without upsert, bad rows found by halving, our own contact lines only.

A party we make carries our key as its code. A party that was there before keeps its code, which is the company's
number for a customer and closed to us anyway; our key becomes one of its identifiers. Those are not unique, so whatever
looks a key up looks at both, and only a party without any key of a community is taken over.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from crm_sync.connectors.base import CONTACT, RemoteRecord, Row, RowResult, Value
from crm_sync.connectors.tryton_rpc import TrytonRpc, changed_at
from crm_sync.errors import CrmError, Duplicate, Gone, InvalidData

PARTY, REMARK = "party.party", "ir.note"
OURS = "Community"
"""Name of the contact lines that we keep; lines of colleagues are left alone until an erasure."""
ERASED_NAME, ERASED_MAIL, ERASED_LINE = "Former member", "erased@example.invalid", "erased"
KEY_LINE = re.compile(r"\[([a-z0-9]+:[a-z_]+:\d+)\]$")
"""Last line of a note of ours: its external key."""
KEY = re.compile(r"[a-z0-9]+:[a-z_]+:\d+")
"""An external key, ours or another community's."""
CARRIES_KEY = ["OR", ["code", "like", f"%:{CONTACT}:%"], ["identifiers.code", "like", f"%:{CONTACT}:%"]]
"""Condition on parties: those of a community."""
_FIELD_OF = {"Name": "name", "Value": "email", "Language": "language", "Code": "key", "Type": "email"}
"""Tryton's labels of fields, in English, as canonical names."""
_NAMES, _MAIL, _LANGUAGE = frozenset({"name"}), frozenset({"email"}), frozenset({"language"})
_STANDING = frozenset({"handle", "points", "topics", "posts", "accepted_answers"})
"""Facts that stand in one contact line: the handle, and the figures in its comment."""
_CARRIED = _NAMES | _MAIL | _LANGUAGE | _STANDING


class Parties:
    """Reads and writes parties of one session."""

    FIELDS = [
        "code",
        "name",
        "active",
        "replaced_by",
        "lang.code",
        "contact_mechanisms.type",
        "contact_mechanisms.value",
        "contact_mechanisms.name",
        "contact_mechanisms.active",
        "identifiers.code",
        "create_date",
        "write_date",
    ]

    def __init__(self, rpc: TrytonRpc) -> None:
        self._rpc = rpc
        self._languages: dict[str, int] | None = None

    def find(
        self, domain: Sequence[Any], limit: int | None = None, *, keys: Collection[str] = ()
    ) -> list[RemoteRecord]:
        """Return the parties that match, inactive ones too; of several keys the one among `keys` counts."""
        return [party_record(row, keys) for row in self._rpc.find(PARTY, domain, self.FIELDS, limit=limit)]

    def by_key(self, keys: Sequence[str]) -> list[RemoteRecord]:
        """Return the parties that carry one of these keys, as code or as identifier."""
        wanted = list(keys)
        return self.find(["OR", ["code", "in", wanted], ["identifiers.code", "in", wanted]], keys=wanted)

    def listing(self, after: int, limit: int) -> list[RemoteRecord]:
        """Return parties with a key, by id after `after`."""
        return self.find([["id", ">", after], CARRIES_KEY], limit)

    def by_mail(self, emails: Sequence[str]) -> dict[str, list[RemoteRecord]]:
        """Return the active parties that hold one of these addresses, by address in lower case."""
        wanted = {email.lower() for email in emails}
        alike = ["OR", *(["value", "ilike", email] for email in sorted(wanted))]  # _ is any character: told apart below
        lines = ["contact_mechanisms", "where", [["type", "=", "email"], ["active", "=", True], alike]]
        found: dict[str, list[RemoteRecord]] = {}
        for row in self._rpc.find(PARTY, [["active", "=", True], lines], self.FIELDS):
            for email in wanted & {value.lower() for value in _mails(row)}:
                found.setdefault(email, []).append(party_record(row))
        return found

    def push(self, rows: Sequence[Row], deadline: float) -> list[RowResult]:
        """Create, update and erase parties; one result per row, in order."""
        results: dict[str, RowResult] = {}
        erasures = [row for row in rows if row.erase]
        creates = [row for row in rows if not row.erase and row.remote_id is None]
        updates = [(row, row.remote_id) for row in rows if not row.erase and row.remote_id is not None]
        self._try(results, erasures, lambda: self._erase(erasures, results, deadline))
        self._try(
            results, creates, lambda: self._create(self._write_known(creates, results, deadline), results, deadline)
        )
        self._try(results, [row for row, _ in updates], lambda: self._update(updates, results, deadline))
        return [results[row.key] for row in rows]

    def _try(self, results: dict[str, RowResult], rows: Sequence[Row], step: Any) -> None:
        """Run one step; after the first success a failure of the whole call counts for the rows it left open only."""
        try:
            step()
        except CrmError as failed:
            if not results:
                raise
            for row in rows:
                results.setdefault(row.key, RowResult(key=row.key, action="failed", error=failed))

    def _create(self, rows: Sequence[Row], results: dict[str, RowResult], deadline: float) -> None:
        if not rows:
            return
        try:
            ids = self._rpc.call(PARTY, "create", [self._new(row) for row in rows], deadline=deadline)
        except Duplicate as taken:
            self._settle_taken(rows, taken, results, deadline)
        except InvalidData as refused:
            if len(rows) == 1:
                results[rows[0].key] = _failed(rows[0], refused)
                return
            middle = len(rows) // 2
            self._create(rows[:middle], results, deadline)
            self._create(rows[middle:], results, deadline)
        else:
            for row, party_id in zip(rows, ids, strict=True):
                results[row.key] = RowResult(key=row.key, action="created", remote_id=str(party_id))

    def _write_known(self, rows: Sequence[Row], results: dict[str, RowResult], deadline: float) -> Sequence[Row]:
        """Write the parties that carry one of these keys as an identifier, where no code refuses a second one."""
        if not rows:
            return rows
        wanted = [["identifiers.code", "in", [row.key for row in rows]]]
        ids = {
            line["code"]: str(party["id"])
            for party in self._rpc.find(PARTY, wanted, ["identifiers.code"], deadline=deadline)
            for line in party["identifiers."]
        }
        known = [(row, ids[row.key]) for row in rows if row.key in ids]
        self._update(known, results, deadline, everything=True)
        return [row for row in rows if row.key not in ids]

    def _settle_taken(
        self, rows: Sequence[Row], taken: Duplicate, results: dict[str, RowResult], deadline: float
    ) -> None:
        """Some codes exist already, so Tryton refused all: write those that exist, create the others."""
        codes = [row.key for row in rows]
        known = self._rpc.find(PARTY, [["code", "in", codes]], ["code"], deadline=deadline)
        ids = {str(party["code"]): str(party["id"]) for party in known}
        if not ids:
            results |= {row.key: _failed(row, taken) for row in rows}
            return
        self._update([(row, ids[row.key]) for row in rows if row.key in ids], results, deadline, everything=True)
        self._create([row for row in rows if row.key not in ids], results, deadline)

    def _update(
        self,
        rows: Sequence[tuple[Row, str]],
        results: dict[str, RowResult],
        deadline: float,
        *,
        everything: bool = False,
    ) -> None:
        carried = [(row, remote_id) for row, remote_id in rows if everything or row.changed & _CARRIED]
        for row, remote_id in rows:
            results[row.key] = RowResult(key=row.key, action="unchanged", remote_id=remote_id)
        if not carried:
            return
        for row, _ in carried:
            results.pop(row.key, None)
        parties = self._read([remote_id for _, remote_id in carried], deadline)
        holders = self._holders([(row, parties.get(remote_id)) for row, remote_id in carried])
        writes = []
        for row, remote_id in carried:
            party = parties.get(remote_id)
            refusal = _refusal(row, party, holders.get(row.key, ""))
            if refusal is not None:
                results[row.key] = _failed(row, refusal)
            elif party is not None:
                opened = self._reopened(party, deadline)
                writes.append((row, remote_id, self._changes(row, opened, _CARRIED if everything else row.changed)))
        self._write(writes, results, deadline)

    def _reopened(self, party: Mapping[str, Any], deadline: float) -> Mapping[str, Any]:
        """Open a party that we had overwritten, for somebody who may be sent again; without the blank lines."""
        if party["active"]:
            return party
        lines = party["contact_mechanisms."]
        blank = [line["id"] for line in lines if line["value"] in (ERASED_MAIL, ERASED_LINE)]
        values = {"active": True, **({"contact_mechanisms": [["delete", blank]]} if blank else {})}
        self._rpc.call(PARTY, "write", [party["id"]], values, deadline=deadline)
        return {**party, "contact_mechanisms.": [line for line in lines if line["id"] not in blank]}

    def _holders(self, rows: Sequence[tuple[Row, Mapping[str, Any] | None]]) -> dict[str, str]:
        """Return who carries the keys about to be written on a party: Tryton itself minds no second one."""
        keys = [row.key for row, party in rows if row.adopted and party and row.key not in _keys(party)]
        return {record.key: record.remote_id for record in self.by_key(keys)} if keys else {}

    def _write(
        self, writes: Sequence[tuple[Row, str, dict[str, Any]]], results: dict[str, RowResult], deadline: float
    ) -> None:
        """Write many parties in one call: Tryton takes pairs of ids and values."""
        if not writes:
            return
        pairs = [part for _, remote_id, values in writes for part in ([int(remote_id)], values)]
        try:
            self._rpc.call(PARTY, "write", *pairs, deadline=deadline)
        except InvalidData as refused:
            if len(writes) == 1:
                results[writes[0][0].key] = _failed(writes[0][0], refused)
                return
            middle = len(writes) // 2
            self._write(writes[:middle], results, deadline)
            self._write(writes[middle:], results, deadline)
        else:
            for row, remote_id, _ in writes:
                results[row.key] = RowResult(key=row.key, action="updated", remote_id=remote_id)

    def _erase(self, rows: Sequence[Row], results: dict[str, RowResult], deadline: float) -> None:
        """Overwrite names and every contact line, take our notes away, deactivate. One party after the other."""
        for row in rows:
            field, value = ("id", int(row.remote_id)) if row.remote_id else ("code", row.key)
            found = self._rpc.find(PARTY, [[field, "=", value]], self.FIELDS, deadline=deadline)
            for party in found:
                self._erase_notes(party["id"], deadline)
                self._let_go(party, row.key, deadline) if row.adopted else self._overwrite(party, deadline)
            remote_id = str(found[0]["id"]) if found else ""
            results[row.key] = RowResult(key=row.key, action="erased", remote_id=remote_id)

    def _overwrite(self, party: Mapping[str, Any], deadline: float) -> None:
        left = [line for line in party["contact_mechanisms."] if line["value"] not in (ERASED_MAIL, ERASED_LINE)]
        if party["name"] == ERASED_NAME and not party["active"] and not left:
            return
        closed = [line["id"] for line in left if not line["active"]]
        if closed or not party["active"]:  # Tryton opens the fields of an inactive record to nobody
            opened = {"active": True, "contact_mechanisms": [["write", closed, {"active": True}]] if closed else []}
            self._rpc.call(PARTY, "write", [party["id"]], opened, deadline=deadline)
        lines = [["write", [line["id"]], _blank(line)] for line in left]
        values = {"name": ERASED_NAME, "lang": None, "active": False, "contact_mechanisms": lines}
        self._rpc.call(PARTY, "write", [party["id"]], values, deadline=deadline)

    def _let_go(self, party: Mapping[str, Any], key: str, deadline: float) -> None:
        """Take our key and our lines from a party that was there before us; the rest is the company's own."""
        values: dict[str, Any] = {}
        for field, ours in (
            ("identifiers", [line["id"] for line in party["identifiers."] if line["code"] == key]),
            ("contact_mechanisms", [line["id"] for line in party["contact_mechanisms."] if line["name"] == OURS]),
        ):
            if ours:
                values[field] = [["delete", ours]]
        if values and not party["active"]:
            self._rpc.call(PARTY, "write", [party["id"]], {"active": True}, deadline=deadline)
            values["active"] = False
        if values:
            self._rpc.call(PARTY, "write", [party["id"]], values, deadline=deadline)

    def _erase_notes(self, party_id: int, deadline: float) -> None:
        notes = self._rpc.find(REMARK, [["resource", "=", f"{PARTY},{party_id}"]], ["message"], deadline=deadline)
        ours = [note["id"] for note in notes if KEY_LINE.search(note["message"])]
        if ours:
            self._rpc.call(REMARK, "delete", ours, deadline=deadline)

    def _read(self, remote_ids: Sequence[str], deadline: float) -> dict[str, dict[str, Any]]:
        ids = [int(remote_id) for remote_id in remote_ids]
        found = self._rpc.find(PARTY, [["id", "in", ids]], self.FIELDS, deadline=deadline)
        return {str(party["id"]): party for party in found}

    def _new(self, row: Row) -> dict[str, Any]:
        lines = [line for line in (_mail_line(row), _standing_line(row)) if line]
        return {
            "code": row.key,
            "name": row.values.get("name"),
            "lang": self._language_id(row.values.get("language")),
            "contact_mechanisms": [["create", lines]] if lines else [],
        }

    def _changes(self, row: Row, party: Mapping[str, Any], changed: frozenset[str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        changed = changed.intersection(row.values)
        if row.adopted and row.key not in _keys(party):
            values["identifiers"] = [["create", [{"code": row.key}]]]
        if changed & _NAMES:
            values["name"] = row.values.get("name")
        if changed & _LANGUAGE:
            values["lang"] = self._language_id(row.values.get("language"))
        lines = []
        for fields, kind, wanted in ((_MAIL, "email", _mail_line(row)), (_STANDING, "other", _standing_line(row))):
            if changed & fields:
                lines += _line_change(party["contact_mechanisms."], kind, wanted)
        if lines:
            values["contact_mechanisms"] = lines
        return values

    def _language_id(self, code: Value) -> int | None:
        if self._languages is None:
            languages = self._rpc.find("ir.lang", [], ["code"])
            self._languages = {language["code"]: language["id"] for language in languages}
        wanted = str(code or "").replace("-", "_")
        return self._languages.get(wanted) or self._languages.get(wanted.partition("_")[0])


def party_record(row: Mapping[str, Any], keys: Collection[str] = ()) -> RemoteRecord:
    """Return a party as the engine reads it; of several keys the first among `keys` counts."""
    mails = _mails(row)
    language = row["lang."]["code"] if row.get("lang.") else ""
    carried = _keys(row)
    return RemoteRecord(
        kind=CONTACT,
        remote_id=str(row["id"]),
        key=next((key for key in carried if key in keys), carried[0] if carried else ""),
        values={"name": row["name"], "email": mails[0] if mails else None, "language": language},
        changed_at=changed_at(row),
        active=bool(row["active"]),
        merged_into=str(row["replaced_by"] or ""),
    )


def _keys(party: Mapping[str, Any]) -> list[str]:
    """Return the external keys a party carries, its code first."""
    codes = [party["code"] or "", *(line["code"] for line in party["identifiers."])]
    return [code for code in codes if KEY.fullmatch(code)]


def _mails(party: Mapping[str, Any]) -> list[str]:
    """Return the addresses in use, ours first."""
    lines = [line for line in party["contact_mechanisms."] if line["type"] == "email" and line["active"]]
    return [line["value"] for line in sorted(lines, key=lambda line: line["name"] != OURS)]


def _refusal(row: Row, party: Mapping[str, Any] | None, holder_id: str) -> CrmError | None:
    """Return why a party may not be written; `holder_id` is another one that carries its key."""
    if party is None:
        return Gone("The party was deleted in Tryton.")
    if party["replaced_by"]:
        return Gone("The party was replaced in Tryton.", survivor_id=str(party["replaced_by"]))
    if not party["active"] and party["name"] != ERASED_NAME:
        return InvalidData("The party was deactivated in Tryton.", hint="tryton.deactivated")
    keys = _keys(party)
    if row.adopted and row.key not in keys and (keys or holder_id):
        taken = "Another party carries this key." if holder_id else "The party carries another key."
        return Duplicate(taken, remote_id=holder_id or str(party["id"]), hint="tryton.code_taken")
    return None


def _failed(row: Row, error: CrmError) -> RowResult:
    error.field = _FIELD_OF.get(error.field, error.field)
    return RowResult(key=row.key, action="failed", error=error)


def _mail_line(row: Row) -> dict[str, Any] | None:
    mail = row.values.get("email")
    return {"type": "email", "value": mail, "name": OURS, "active": True} if mail else None


def _standing_line(row: Row) -> dict[str, Any] | None:
    values = row.values
    if not values.get("handle"):
        return None
    words = {"points": "Points", "topics": "Topics", "posts": "Posts", "accepted_answers": "Accepted answers"}
    comment = "\n".join(f"{word}: {values.get(name) or 0}" for name, word in words.items())
    return {"type": "other", "value": f"@{values['handle']}", "name": OURS, "comment": comment, "active": True}


def _line_change(lines: Sequence[Mapping[str, Any]], kind: str, wanted: dict[str, Any] | None) -> list[Any]:
    mine = [line["id"] for line in lines if line["type"] == kind and line["name"] == OURS]
    if mine and wanted:
        return [["write", mine[:1], wanted]]
    if mine:
        return [["delete", mine]]
    return [["create", [wanted]]] if wanted else []


def _blank(line: Mapping[str, Any]) -> dict[str, Any]:
    """Values that leave nothing of a person in a contact line; Tryton wants some value, and a mail to look like one."""
    value = ERASED_MAIL if line["type"] == "email" else ERASED_LINE
    return {"value": value, "name": OURS, "comment": None, "active": False}
