"""The built-in CRM: a small one in our own tables, so that the product runs whole on an empty machine.

It is reached through the same contract as any other, one "request" a call, and commits faults on request: what a page
asked for (`SandboxFaults.script`) first, then by chance. `case_unique_key: false` among the connection's options
takes the unique key from cases, as many real CRMs have none.
"""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm_sync.connectors.base import (
    CASE,
    CONTACT,
    IDEA,
    NOTE,
    VOTE,
    AccountPage,
    AccountRecord,
    Capabilities,
    CheckReport,
    Connector,
    CredentialField,
    Exchange,
    KindSupport,
    Page,
    Position,
    RemoteRecord,
    Row,
    RowResult,
    Value,
)
from crm_sync.connectors.masking import mask_json
from crm_sync.connectors.sandbox_records import later_than, record_fill, record_of, sandbox_contact_merge
from crm_sync.connectors.tables import error_of, limits_of
from crm_sync.errors import CrmError, Unreachable
from crm_sync.models.sandbox import (
    SandboxAccount,
    SandboxCase,
    SandboxContact,
    SandboxFaults,
    SandboxIdea,
    SandboxNote,
    SandboxVote,
)

T = TypeVar("T")
Fault = SandboxFaults.Fault
HINTS: Mapping[str, Promise] = {
    "locked": gettext_lazy("Nothing to do: it is tried again in smaller batches."),
    "key_taken": gettext_lazy("Another record holds this key. Open both and keep one."),
    "refused_value": gettext_lazy("Shorten or correct the field in the community, then retry."),
    "rights": gettext_lazy("Give the connection the right to write this kind of record."),
}
LONGEST = {"name": 80, "subject": 200}
MODELS: dict[str, type[Any]] = {
    CONTACT: SandboxContact,
    CASE: SandboxCase,
    IDEA: SandboxIdea,
    VOTE: SandboxVote,
    NOTE: SandboxNote,
}


def _error(status: int, code: str, text: str, **more: Any) -> CrmError:
    error = error_of("sandbox", status=status, code=code, text=text)
    for name, value in more.items():
        setattr(error, name, value)
    return error


class Sandbox(Connector):
    """The built-in CRM."""

    kind = "sandbox"
    hints = HINTS

    @classmethod
    def capabilities(cls, options: Mapping[str, Value]) -> Capabilities:
        """Everything a CRM can have; cases with or without a unique key."""
        unique = bool(options.get("case_unique_key", True))
        settle_s = float(options.get("settle_s", 2) or 0)
        hint = "" if unique else _("Set the connection's option case_unique_key to true.")
        return Capabilities(
            label="Sandbox CRM",
            api_version="1",
            kinds={
                CONTACT: KindSupport(
                    remote_type=CONTACT, batch_size=25, unique_key=True, match_email=True, settle_s=settle_s
                ),
                CASE: KindSupport(
                    remote_type=CASE, batch_size=25 if unique else 1, unique_key=unique, settle_s=settle_s, hint=hint
                ),
                IDEA: KindSupport(remote_type=IDEA, batch_size=100, unique_key=True, settle_s=settle_s),
                VOTE: KindSupport(
                    remote_type=VOTE, batch_size=100, unique_key=True, parent_required=True, settle_s=settle_s
                ),
                NOTE: KindSupport(
                    remote_type=NOTE, batch_size=25, unique_key=True, parent_required=True, settle_s=settle_s
                ),
            },
            limits=limits_of("sandbox"),
            credentials=(CredentialField(name="token", label="Token"),),
            has_endpoint=False,
            account_facts=True,
            poll=(CONTACT, CASE, IDEA),
        )

    # One request

    def _request(self, name: str, sent: Any, work: Callable[[str], T], *, writes: bool = False) -> T:
        """Gate, fault, work in the CRM's own transaction, record."""
        self.before_call("default")
        started = time.monotonic()
        status: int | None = 200
        answer: T
        said: Any = None
        try:
            fault = self._fault() if writes else ""
            if fault == Fault.THROTTLE:
                raise _error(429, "", "Too many requests.")
            if fault == Fault.LOCK:
                raise _error(409, "LOCKED", "The record is locked.")
            with transaction.atomic():
                said = answer = work(fault)
            if fault == Fault.STORED_500:
                raise _error(500, "", "Internal error.")
            if fault == Fault.CUT:
                raise _error(502, "CUT", "The connection was cut.")
        except IntegrityError as lost:
            status, said = 409, {"error": "A record with this key was made at this moment."}
            raise _error(409, "LOCKED", "A record with this key was made at this moment.") from lost
        except CrmError as error:
            status = int(error.code) if error.code.isdigit() else 400
            said = {"error": error.message}
            raise
        finally:
            self.record(
                Exchange(
                    method="CALL",
                    url=f"sandbox:{self.config.connection_id}/{name}",
                    request=mask_json(sent, self.config.credentials.values()),
                    status=status,
                    response=mask_json(said, self.config.credentials.values()),
                    duration_ms=round((time.monotonic() - started) * 1000),
                )
            )
        return answer

    def _fault(self) -> str:
        with transaction.atomic():
            asked = SandboxFaults.objects.select_for_update().filter(connection_id=self.config.connection_id).first()
            if asked is None:
                return ""
            if asked.script:
                fault = str(asked.script.pop(0))
                asked.save(update_fields=["script"])
            else:
                chances = [(name, float(asked.chances.get(name, 0))) for name in Fault.values]
                none = max(0.0, 100.0 - sum(chance for _, chance in chances))
                names, weights = zip(*chances, ("", none), strict=True)
                fault = random.choices(names, weights)[0]  # noqa: S311 chance, not secrecy
        if fault == Fault.SLOW:
            time.sleep(asked.slow_ms / 1000)
        return fault

    def _rows(self, kind: str) -> QuerySet[Any]:
        rows: QuerySet[Any] = MODELS[kind].objects.filter(connection_id=self.config.connection_id)
        return rows

    # The contract

    def check(self) -> CheckReport:
        """Any token will do but an empty one."""
        if self.config.credentials.get("token") == "revoked":
            return CheckReport(ok=False, problems=(_("The token was revoked. Make a new one and enter it."),))
        return CheckReport(ok=True, server="Sandbox CRM 1")

    def push(self, kind: str, rows: Sequence[Row], *, deadline: float) -> list[RowResult]:
        """Upsert by key where it is unique, else create or update by id; one result per row."""
        if deadline <= time.monotonic():
            raise Unreachable("No time was left to start the call.", retry_after_s=1.0)
        if self.config.credentials.get("token") == "revoked":
            raise _error(403, "", "The token was revoked.")
        sent = [{"key": row.key, "id": row.remote_id, "erase": row.erase, **row.values} for row in rows]
        results: list[RowResult] = []

        def work(fault: str) -> list[dict[str, str]]:
            refused = random.choice(rows).key if fault == Fault.BAD_ROW else ""  # noqa: S311 chance, not secrecy
            results.extend(self._write(kind, row, refused=row.key == refused) for row in rows)
            if fault == Fault.MERGE and kind == CONTACT:
                self._merge(results[-1].remote_id)
            return [{"key": one.key, "action": one.action, "id": one.remote_id} for one in results]

        self._request(f"push/{kind}", sent, work, writes=True)
        return results

    def _write(self, kind: str, row: Row, *, refused: bool) -> RowResult:
        try:
            if refused:
                raise _error(400, "INVALID", "name: refused by a rule of the sandbox.")
            for name, longest in LONGEST.items():
                if len(str(row.values.get(name, ""))) > longest:
                    raise _error(400, "INVALID", f"{name}: at most {longest} characters.")
            record = self._target(kind, row)
            created = record.pk is None
            if not row.erase or not created:
                record_fill(record, kind, row)
                if kind == CONTACT and row.erase:
                    SandboxNote.objects.filter(contact_id=record.pk).delete()
                if kind == CONTACT and not row.erase:
                    record.account = self._account_of(record.email)
                record.save()
        except CrmError as error:
            return RowResult(key=row.key, action="failed", error=error)
        action: Any = "erased" if row.erase else "created" if created else "updated"
        return RowResult(key=row.key, action=action, remote_id=str(record.pk or ""))

    def _target(self, kind: str, row: Row) -> Any:
        """Return the record to write: the linked one, the one with the key, or a new one."""
        if row.remote_id:
            record = self._rows(kind).filter(pk=int(row.remote_id)).first()
            if record is None or getattr(record, "merged_into_id", None):
                survivor = str(getattr(record, "merged_into_id", None) or "")
                raise _error(404, "GONE", "No such record.", survivor_id=survivor)
            if row.adopted and not row.erase:
                self._claim(record, row.key)
            return record
        unique = self.capabilities(self.config.options).kinds[kind].unique_key
        found = self._rows(kind).filter(key=row.key).first() if unique else None
        if found is not None:
            return found
        record = MODELS[kind](connection_id=self.config.connection_id)
        if kind == CASE:
            record.reference = row.key
        if unique:
            record.key = row.key
        return record

    def _claim(self, contact: SandboxContact, key: str) -> None:
        """Write our key on a contact that was here before, unless another has it or it has another."""
        others = self._rows(CONTACT).filter(key=key).exclude(pk=contact.pk)
        if contact.key not in (None, key) or others.exists():
            raise _error(409, "DUPLICATE", "The record carries another key.", remote_id=str(contact.pk))
        contact.key = key

    def _account_of(self, email: str) -> SandboxAccount | None:
        domain = email.rpartition("@")[2]
        accounts = SandboxAccount.objects.filter(connection_id=self.config.connection_id)
        return accounts.filter(domain=domain).first() if domain else None

    def _merge(self, remote_id: str) -> None:
        """Somebody merges the record into a new one, which takes its key: the old id answers "gone" from now on."""
        old = self._rows(CONTACT).filter(pk=int(remote_id or 0), merged_into=None).first()
        if old is not None:
            sandbox_contact_merge(old)

    def read_back(
        self, kind: str, keys: Sequence[str], *, parents: Mapping[str, str] | None = None
    ) -> dict[str, list[RemoteRecord]]:
        """Look up by key, or by reference where that is all there is."""
        field = "reference" if kind == CASE else "key"
        found: dict[str, list[RemoteRecord]] = {}

        def work(_fault: str) -> int:
            for record in self._rows(kind).filter(**{f"{field}__in": list(keys)}).order_by("pk"):
                found.setdefault(getattr(record, field), []).append(record_of(kind, record))
            return len(found)

        self._request(f"read_back/{kind}", list(keys), work)
        return found

    def match(self, emails: Sequence[str]) -> dict[str, list[RemoteRecord]]:
        """Look contacts up by address, whatever its case."""
        found: dict[str, list[RemoteRecord]] = {}

        def work(_fault: str) -> int:
            people = self._rows(CONTACT).annotate(address=Lower("email")).filter(is_active=True, merged_into=None)
            for contact in people.filter(address__in=[email.lower() for email in emails]).order_by("pk"):
                found.setdefault(contact.address, []).append(record_of(CONTACT, contact))
            return len(found)

        self._request("match", list(emails), work)
        return found

    def read(self, kind: str, remote_ids: Sequence[str]) -> dict[str, RemoteRecord]:
        """Return records by id."""

        def work(_fault: str) -> dict[str, RemoteRecord]:
            wanted = [int(remote_id) for remote_id in remote_ids if remote_id.isdigit()]
            return {str(record.pk): record_of(kind, record) for record in self._rows(kind).filter(pk__in=wanted)}

        return self._request(f"read/{kind}", list(remote_ids), work)

    def changed(self, kind: str, since: Position, limit: int) -> Page:
        """Return a page of changes."""

        def work(_fault: str) -> list[RemoteRecord]:
            return [record_of(kind, record) for record in later_than(self._rows(kind), since)[: limit + 1]]

        found = self._request(f"changed/{kind}", {"since": since.time.isoformat(), "id": since.id}, work)
        records = found[:limit]
        position = Position(records[-1].changed_at, records[-1].remote_id) if records else since
        return Page(records=records, position=position, more=len(found) > limit)

    def listing(self, kind: str, after: str, limit: int) -> list[RemoteRecord]:
        """Return a page of all that carries a key."""

        def work(_fault: str) -> list[RemoteRecord]:
            rows = self._rows(kind).filter(pk__gt=int(after or 0)).order_by("pk")
            keyed = rows.exclude(reference="") if kind == CASE else rows.exclude(key=None)
            return [record_of(kind, record) for record in keyed[:limit]]

        return self._request(f"listing/{kind}", {"after": after, "limit": limit}, work)

    def accounts(self, since: Position, limit: int) -> AccountPage:
        """Return a page of changed accounts."""

        def work(_fault: str) -> list[SandboxAccount]:
            accounts = SandboxAccount.objects.filter(connection_id=self.config.connection_id)
            return list(later_than(accounts, since)[: limit + 1])

        found = self._request("accounts", {"since": since.time.isoformat(), "id": since.id}, work)
        records = [
            AccountRecord(
                remote_id=str(one.pk),
                name=one.name,
                plan=one.plan,
                revenue_minor=one.revenue_minor,
                currency=one.currency,
                owner=one.owner,
                changed_at=one.changed_at,
                url=f"/staff/sandbox-crm/account/{one.pk}/",
            )
            for one in found[:limit]
        ]
        position = Position(records[-1].changed_at, records[-1].remote_id) if records else since
        return AccountPage(accounts=records, position=position, more=len(found) > limit)


CONNECTOR = Sandbox
