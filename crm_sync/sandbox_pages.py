"""The built-in CRM as its people use it: what its page reads and writes. The sync knows nothing of this."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from crm_sync.connectors.sandbox_records import sandbox_contact_merge
from crm_sync.models import (
    Connection,
    SandboxAccount,
    SandboxCase,
    SandboxContact,
    SandboxFaults,
    SandboxIdea,
    SandboxNote,
    SandboxVote,
)
from crm_sync.selectors_facts import money

PAGE = 50
MODELS: dict[str, type[Any]] = {
    "cases": SandboxCase,
    "ideas": SandboxIdea,
    "contacts": SandboxContact,
    "accounts": SandboxAccount,
}


@dataclass(frozen=True, kw_only=True)
class SandboxPage:
    """One list of one sandbox."""

    crm: Connection
    show: str
    counts: Mapping[str, int]
    rows: list[Any]
    older_id: int | None
    """Continue below this id; None at the end."""


def sandboxes() -> list[Connection]:
    """Return the connections to built-in CRMs. Queries: 1."""
    return list(Connection.objects.filter(kind="sandbox").order_by("pk"))


def sandbox_page(crm: Connection, show: str, *, before_id: int | None = None) -> SandboxPage:
    """Return one list, newest first. Queries: 5 or 6."""
    rows = MODELS[show].objects.filter(connection=crm).order_by("-pk")
    if show == "cases":
        rows = rows.select_related("contact__account")
    elif show == "contacts":
        rows = rows.select_related("account").annotate(cases_count=Count("cases"))
    elif show == "ideas":
        rows = rows.annotate(accounts_count=Count("votes", filter=Q(votes__voters__gt=0)))
    else:
        rows = rows.annotate(contacts_count=Count("contacts"))
    found = list((rows.filter(pk__lt=before_id) if before_id else rows)[: PAGE + 1])
    for account in found if show == "accounts" else ():
        account.revenue_words = money(account.revenue_minor, account.currency)
    return SandboxPage(
        crm=crm,
        show=show,
        counts={name: model.objects.filter(connection=crm).count() for name, model in MODELS.items()},
        rows=found[:PAGE],
        older_id=found[PAGE - 1].pk if len(found) > PAGE else None,
    )


def sandbox_record(show: str, record_id: int) -> Any:
    """Return one record, or None. Queries: 1."""
    related: dict[str, tuple[str, ...]] = {"cases": ("contact__account",), "contacts": ("account", "merged_into")}
    rows: QuerySet[Any] = MODELS[show].objects.filter(pk=record_id)
    return rows.select_related("connection", *related.get(show, ())).first()


def contact_notes(contact: SandboxContact) -> list[SandboxNote]:
    """Return the latest lines of a contact's timeline. Queries: 1."""
    return list(contact.notes.order_by("-occurred_at")[:PAGE])


def idea_votes(idea: SandboxIdea) -> list[SandboxVote]:
    """Return the accounts that ask for an idea, most voters first. Queries: 1."""
    return list(idea.votes.filter(voters__gt=0).select_related("account").order_by("-voters", "pk")[:PAGE])


def sandbox_faults(crm: Connection) -> SandboxFaults:
    """Return the faults asked for, saved or not. Queries: 1."""
    return SandboxFaults.objects.filter(connection=crm).first() or SandboxFaults(connection=crm)


def case_state_set(case: SandboxCase, state: str) -> None:
    """Say how a case stands; the next poll brings it to the topic."""
    SandboxCase.objects.filter(pk=case.pk).update(state=state, changed_at=timezone.now())


def account_save(account: SandboxAccount, values: Mapping[str, Any]) -> SandboxAccount:
    """Keep an account, and let the contacts with an address of its domain belong to it."""
    for name, value in values.items():
        setattr(account, name, value)
    account.changed_at = timezone.now()
    with transaction.atomic():
        account.save()
        if account.domain:
            SandboxContact.objects.filter(
                connection_id=account.connection_id, email__iendswith=f"@{account.domain}"
            ).exclude(account=account).update(account=account, changed_at=timezone.now())
    return account


def contact_merge(contact: SandboxContact) -> SandboxContact | None:
    """Merge a contact into a new one, as somebody tidying up would; None when it was merged already."""
    with transaction.atomic():
        locked = SandboxContact.objects.select_for_update().get(pk=contact.pk)
        return None if locked.merged_into_id else sandbox_contact_merge(locked)


def contact_delete(contact: SandboxContact) -> None:
    """Delete a contact, as somebody who knows of no sync would."""
    SandboxContact.objects.filter(pk=contact.pk).delete()


def faults_set(crm: Connection, *, chances: Mapping[str, int], script: list[str], slow_ms: int) -> None:
    """Ask for faults: by chance in every hundred writing calls, and those of the next calls in order."""
    SandboxFaults.objects.update_or_create(
        connection=crm, defaults={"chances": dict(chances), "script": script, "slow_ms": slow_ms}
    )
