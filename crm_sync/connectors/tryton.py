"""Tryton 8.2 over JSON-RPC: members become parties, cases complaints, ideas opportunities, the timeline notes.

A party's `code` is unique and holds our key; there is no upsert, so a create that meets a taken code is looked up and
written without the code. A party that was there before us keeps its code and gets our key as an identifier.
A complaint's `reference` is a plain field: one at a time, settled by read-back. A complaint's
state belongs to the people in Tryton, and its text is closed once it has left the draft.
Source: modules party, sale_complaint and ir of trytond 8.2.1, tried on a server; 2026-11-22.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _

from crm_sync.connectors.base import (
    CASE,
    CONTACT,
    IDEA,
    NOTE,
    VOTE,
    Capabilities,
    CheckReport,
    Connector,
    ConnectorConfig,
    CredentialField,
    Exchange,
    KindSupport,
    Page,
    Position,
    RemoteRecord,
    Row,
    RowResult,
    Value,
    ignore_call,
    ignore_exchange,
)
from crm_sync.connectors.tables import limits_of
from crm_sync.connectors.tryton_hints import HINTS
from crm_sync.connectors.tryton_notes import REMARK, Notes
from crm_sync.connectors.tryton_opportunities import OPPORTUNITY, Opportunities
from crm_sync.connectors.tryton_parties import CARRIES_KEY, PARTY, Parties, party_record
from crm_sync.connectors.tryton_rpc import TrytonRpc, changed_at, day_to_tryton, to_tryton
from crm_sync.errors import Forbidden, Gone

COMPLAINT = "sale.complaint"
CASE_STATES = {
    "draft": "open",
    "waiting": "waiting",
    "approved": "waiting",
    "done": "solved",
    "rejected": "closed",
    "cancelled": "closed",
}
"""Tryton's states of a complaint, as canonical case states."""
_COMPLAINT_FIELDS = ["reference", "number", "state", "customer", "create_date", "write_date"]


class Tryton(Connector):
    """A login of one company on one Tryton database; the endpoint ends with the database's name."""

    kind = "tryton"
    hints = HINTS

    def __init__(
        self,
        config: ConnectorConfig,
        *,
        before_call: Callable[[str], None] = ignore_call,
        record: Callable[[Exchange], None] = ignore_exchange,
    ) -> None:
        super().__init__(config, before_call=before_call, record=record)
        self._rpc = TrytonRpc(config, before_call, record)
        self._parties = Parties(self._rpc)
        self._opportunities = Opportunities(self._rpc)
        self._notes = Notes(self._rpc)
        self._type_id: int | None = None

    @classmethod
    def capabilities(cls, options: Mapping[str, Value]) -> Capabilities:
        """Return what Tryton can do: batches of 200 parties, complaints and opportunities singly, notes.

        Option `settle_s`: how long a request may still be at work after its reply was lost (Tryton: 60 s).
        """
        return Capabilities(
            label="Tryton",
            api_version="8.2",
            kinds=_kinds(float(options.get("settle_s", 60) or 0)),
            limits=limits_of(cls.kind),
            credentials=(
                CredentialField(name="user", label=_("User"), secret=False),
                CredentialField(name="password", label=_("Password")),
            ),
            account_facts_reason=_(
                "Tryton's parties carry no plan, revenue or owner; where a company keeps them differs from one "
                "installation to the next."
            ),
            poll=(CONTACT, CASE),
        )

    def close(self) -> None:
        """Give back sockets. Idempotent: yes."""
        self._rpc.close()

    def check(self) -> CheckReport:
        """Try server, login, company, complaint type and rights, without writing."""
        server = ""
        try:
            server = f"Tryton {self._rpc.version()}"
            self._rpc.find(PARTY, [["id", "=", 0]], ["code"])
            problems = [*self._rights(), *self._missing()]
        except Forbidden as refused:
            problems = [str(HINTS.get(refused.hint.removeprefix("tryton."), refused.message))]
        return CheckReport(ok=not problems, server=server, problems=tuple(problems))

    def push(self, kind: str, rows: Sequence[Row], *, deadline: float) -> list[RowResult]:
        """Write rows of one kind; see the base. A contact pushed twice is one party, a case or note is not."""
        if kind == CONTACT:
            return self._parties.push(rows, deadline)
        if kind == NOTE:
            return self._notes.push(rows, deadline)
        if kind == CASE:
            return [self._push_case(row, deadline) for row in rows]
        company_id = self._needed(self._company_id(), _("The login has no company in Tryton."))
        return [self._opportunities.push(kind, row, company_id, deadline) for row in rows]

    def read_back(
        self, kind: str, keys: Sequence[str], *, parents: Mapping[str, str] | None = None
    ) -> dict[str, list[RemoteRecord]]:
        """Look up by code, reference or a note's last line. A note needs its parent: Tryton searches none without."""
        if kind == NOTE:
            records = self._notes.by_key(keys, parents or {})
        elif kind == CASE:
            records = self._cases([["reference", "in", list(keys)]])
        elif kind == CONTACT:
            records = self._parties.by_key(keys)
        else:
            records = self._opportunities.find(kind, [["reference", "in", list(keys)]])
        found: dict[str, list[RemoteRecord]] = {}
        for record in records:
            found.setdefault(record.key, []).append(record)
        return found

    def match(self, emails: Sequence[str]) -> dict[str, list[RemoteRecord]]:
        """Return the active parties with one of these addresses, whoever entered it."""
        return self._parties.by_mail(emails)

    def read(self, kind: str, remote_ids: Sequence[str]) -> dict[str, RemoteRecord]:
        """Return the records that exist; a party replaced by another carries the survivor."""
        if kind == NOTE:
            return {}  # a note deleted there has no survivor
        domain = [["id", "in", [int(remote_id) for remote_id in remote_ids]]]
        if kind in (IDEA, VOTE):
            records = self._opportunities.find(kind, domain)
        else:
            records = self._cases(domain) if kind == CASE else self._parties.find(domain)
        return {record.remote_id: record for record in records}

    def changed(self, kind: str, since: Position, limit: int) -> Page:
        """Return records after `since` by the later of create and write date. Two calls, because that has no index."""
        model, names, shape, ours = COMPLAINT, _COMPLAINT_FIELDS, _case_record, []
        if kind == CONTACT:  # those with a key only: the company's other parties are none of our business
            model, names, shape, ours = PARTY, Parties.FIELDS, party_record, [CARRIES_KEY]
        rows: list[dict[str, Any]] = []
        for column, only in (("write_date", []), ("create_date", [["write_date", "=", None]])):
            domain = [*only, *ours, _after(column, since)]
            rows += self._rpc.find(model, domain, names, limit=limit + 1, order=((column, "ASC"), ("id", "ASC")))
        rows.sort(key=lambda row: (changed_at(row), row["id"]))
        records = [shape(row) for row in rows[:limit]]
        end = Position(records[-1].changed_at, records[-1].remote_id) if records else since
        return Page(records=records, position=end, more=len(rows) > limit)

    def listing(self, kind: str, after: str, limit: int) -> list[RemoteRecord]:
        """Return records with a key of ours by id; no notes, which Tryton lists only by their parent."""
        beyond = ["id", ">", int(after or 0)]
        if kind == CASE:
            return self._cases([beyond, ["reference", "like", f"%:{CASE}:%"]], limit=limit)
        if kind == CONTACT:
            return self._parties.listing(int(after or 0), limit)
        return [] if kind == NOTE else self._opportunities.listing(kind, int(after or 0), limit)

    # ------------------------------------------------------------------ what the company must have

    def _rights(self) -> list[str]:
        groups = {PARTY: "Sales", COMPLAINT: "Sales", OPPORTUNITY: "Sale Opportunity"}
        if not self._rpc.find("ir.model", [["name", "=", OPPORTUNITY]], ["name"]):
            return [_("Tryton has no opportunities: activate its module sale_opportunity, or send no ideas.")]
        access = self._rpc.call("ir.model.access", "get_access", list(groups))
        return [
            _("The login may not %(right)s %(model)s in Tryton: give it the group %(group)s.")
            % {"right": right, "model": model, "group": group}
            for model, group in groups.items()
            for right in ("read", "write", "create")
            if not access.get(model, {}).get(right, 1)
        ]

    def _missing(self) -> list[str]:
        problems = []
        if not self._company_id():
            problems.append(_("The login has no company in Tryton: enter one in its preferences."))
        if not self._complaint_type_id():
            problems.append(_("There is no type of complaint in Tryton: add one with the origin Sale."))
        return problems

    def _company_id(self) -> int:
        if "company" not in self._rpc.context:
            preferences = self._rpc.call("res.user", "get_preferences", True)
            self._rpc.context["company"] = self.config.options.get("company") or preferences.get("company")
        return int(self._rpc.context["company"] or 0)

    def _complaint_type_id(self) -> int:
        if self._type_id is None:
            name = self.config.options.get("complaint_type")
            domain = [["active", "=", True], *([["name", "=", name]] if name else [])]
            found = self._rpc.find("sale.complaint.type", domain, ["name"], limit=1)
            self._type_id = int(found[0]["id"]) if found else 0
        return self._type_id

    # ------------------------------------------------------------------ cases

    def _cases(self, domain: Sequence[Any], limit: int | None = None) -> list[RemoteRecord]:
        return [_case_record(row) for row in self._rpc.find(COMPLAINT, domain, _COMPLAINT_FIELDS, limit=limit)]

    def _push_case(self, row: Row, deadline: float) -> RowResult:
        if row.remote_id is None:
            values = {
                "reference": row.key,
                "customer": int(row.parent_id or 0),
                "company": self._needed(self._company_id(), _("The login has no company in Tryton.")),
                "type": self._needed(self._complaint_type_id(), _("There is no type of complaint in Tryton.")),
                "date": _day(row.values.get("asked_at")),
                "description": _description(row),
            }
            ids = self._rpc.call(COMPLAINT, "create", [values], deadline=deadline)
            return RowResult(key=row.key, action="created", remote_id=str(ids[0]))
        return self._update_case(row, row.remote_id, deadline)

    def _needed(self, record_id: int, problem: str) -> int:
        if not record_id:
            raise Forbidden(problem, hint="tryton.test")
        return record_id

    def _update_case(self, row: Row, remote_id: str, deadline: float) -> RowResult:
        found = self._rpc.find(COMPLAINT, [["id", "=", int(remote_id)]], ["state"], deadline=deadline)
        if not found:
            raise Gone("The complaint was deleted in Tryton.")
        action: Literal["updated", "unchanged"] = "unchanged"
        if found[0]["state"] == "draft":
            values = {"description": _description(row)}
            self._rpc.call(COMPLAINT, "write", [int(remote_id)], values, deadline=deadline)
            action = "updated"
        elif "state" in row.changed and self._remark_state(row, remote_id, deadline):
            action = "updated"
        return RowResult(key=row.key, action=action, remote_id=remote_id)

    def _remark_state(self, row: Row, remote_id: str, deadline: float) -> bool:
        """Tell colleagues who have taken the complaint over what became of the question, once."""
        resource = f"{COMPLAINT},{remote_id}"
        mark = f"[{row.key}:{row.values.get('state')}:{row.values.get('solved_at') or ''}]"
        told = self._rpc.find(REMARK, [["resource", "=", resource]], ["message"], deadline=deadline)
        if any(note["message"].endswith(mark) for note in told):
            return False
        message = f"{_state_line(row)}\n{mark}"
        self._rpc.call(REMARK, "create", [{"resource": resource, "message": message}], deadline=deadline)
        return True


def _kinds(settle_s: float) -> dict[str, KindSupport]:
    return {
        CONTACT: KindSupport(
            remote_type=PARTY, batch_size=200, unique_key=True, upsert=False, match_email=True, settle_s=settle_s
        ),
        CASE: KindSupport(
            remote_type=COMPLAINT,
            batch_size=1,
            unique_key=False,
            upsert=False,
            parent_required=True,
            settle_s=settle_s,
            hint=_("Tryton has no unique field for it, so cases go one at a time and a lost reply is looked up."),
        ),
        **{
            kind: KindSupport(
                remote_type=OPPORTUNITY,
                batch_size=1,
                unique_key=False,
                upsert=False,
                parent_required=kind == VOTE,
                settle_s=settle_s,
                hint=_("Tryton has no unique field for it, so ideas go one at a time and a lost reply is looked up."),
            )
            for kind in (IDEA, VOTE)
        },
        NOTE: KindSupport(
            remote_type=REMARK,
            batch_size=100,
            unique_key=False,
            upsert=False,
            parent_required=True,
            settle_s=settle_s,
            hint=_("Notes in Tryton have no field of their own for our key; it stands in their last line."),
        ),
    }


def _after(column: str, since: Position) -> list[Any]:
    moment = to_tryton(since.time)
    return ["OR", [column, ">", moment], [[column, "=", moment], ["id", ">", int(since.id or 0)]]]


def _case_record(row: dict[str, Any]) -> RemoteRecord:
    return RemoteRecord(
        kind=CASE,
        remote_id=str(row["id"]),
        key=row["reference"] or "",
        values={"case_state": CASE_STATES[row["state"]], "case_reference": row["number"] or str(row["id"])},
        changed_at=changed_at(row),
        parent_id=str(row["customer"] or ""),
    )


def _description(row: Row) -> str:
    """Return the complaint's text: the question, where it stands, and what became of it."""
    parts = [str(row.values.get(name) or "") for name in ("subject", "description", "url")]
    same, answers = row.values.get("same_problem") or 0, row.values.get("answers") or 0
    parts.append(f"Answers: {answers}. Others with the same problem: {same}.")
    if row.values.get("tags"):
        parts.append(f"Tags: {row.values['tags']}")
    return "\n\n".join([part for part in parts if part] + [_state_line(row)])


def _state_line(row: Row) -> str:
    if row.values.get("state") == "solved":
        return f"Solved in the community: {row.values.get('solved_at') or ''} {row.values.get('url') or ''}".strip()
    return "Not solved in the community yet."


def _day(moment: Value) -> dict[str, Any] | None:
    return day_to_tryton(datetime.fromisoformat(str(moment)).date()) if moment else None


CONNECTOR = Tryton
