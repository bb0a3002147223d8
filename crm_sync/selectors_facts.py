"""What staff see beside a member or topic: CRM records and account facts, with source and age. Never for members."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy
from django.utils.translation import pgettext_lazy as pgettext

from crm_sync.connectors.base import CASE, CONTACT, IDEA
from crm_sync.engine.session import capabilities_of
from crm_sync.models import AccountFact, Connection, Cursor, Link

NO_MINOR_UNIT = frozenset({"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "XAF"})
THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
"""Source: ISO 4217, table A.1, 2026-11-22."""
STATE_ICONS = {
    "open": ("circle-dot", "work", pgettext("case", "Open")),
    "waiting": ("clock", "warn", pgettext("case", "Waiting")),
    "solved": ("circle-check", "ok", pgettext("case", "Solved")),
    "closed": ("circle-check", "mute", pgettext("case", "Closed")),
}


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One record in one CRM: system, record, age."""

    system: str
    record: str
    url: str
    at: datetime | None
    late: bool
    state: str = ""
    """Case: its state in words."""
    icon: str = ""
    tone: str = ""
    note: str = ""
    """Why there is no record, or what is wrong with it."""


@dataclass(frozen=True, kw_only=True)
class AccountCard:
    """An account as one CRM knows it."""

    system: str
    name: str
    plan: str
    revenue: str
    owner: str
    url: str
    as_of: datetime
    """Until when it was confirmed."""
    late: bool


@dataclass(frozen=True, kw_only=True)
class StaffFacts:
    """All there is to show."""

    accounts: tuple[AccountCard, ...]
    contacts: tuple[Chip, ...]
    cases: tuple[Chip, ...]
    without_accounts: tuple[str, ...]
    """Sentences of CRMs that have no account facts, saying why."""


def member_facts(member_id: int) -> StaffFacts:
    """Return what CRMs say of a member. Queries: 2."""
    return _facts(Q(kind=CONTACT, object_id=member_id))


def topic_facts(topic_id: int, asker_id: int) -> StaffFacts:
    """Return the cases of a topic and what CRMs say of its asker. Queries: 2."""
    return _facts(Q(kind=CASE, object_id=topic_id) | Q(kind=CONTACT, object_id=asker_id))


def _facts(wanted: Q) -> StaffFacts:
    links = list(Link.objects.filter(wanted).select_related("connection").order_by("connection_id", "kind"))
    of_account = Q()
    for link in links:
        if link.kind == CONTACT and link.account_id:
            of_account |= Q(connection_id=link.connection_id, remote_id=link.account_id)
    return StaffFacts(
        accounts=tuple(account_card(fact) for fact in _account_facts(of_account)),
        contacts=tuple(chip_of(link) for link in links if link.kind == CONTACT),
        cases=tuple(chip_of(link) for link in links if link.kind == CASE),
        without_accounts=_reasons(links),
    )


def account_facts(keys: Iterable[str]) -> dict[str, AccountFact]:
    """Return what CRMs say of the accounts with these keys (`crm:<connection>:<remote id>`). Queries: 1."""
    by_crm: dict[int, list[str]] = {}
    for key in keys:
        origin, crm_id, remote_id = [*key.split(":", 2), "", ""][:3]
        if origin == "crm" and crm_id.isdigit():
            by_crm.setdefault(int(crm_id), []).append(remote_id)
    of_account = Q()
    for crm_pk, remote_ids in by_crm.items():
        of_account |= Q(connection_id=crm_pk, remote_id__in=remote_ids)
    return {f"crm:{fact.connection_id}:{fact.remote_id}": fact for fact in _account_facts(of_account)}


def _account_facts(of_account: Q) -> list[AccountFact]:
    """Queries: 1, or 0 when no account is asked for."""
    if not of_account:
        return []
    confirmed = Cursor.objects.filter(connection=OuterRef("connection"), kind="account").values("polled_at")[:1]
    facts = AccountFact.objects.filter(of_account).select_related("connection")
    return list(facts.annotate(confirmed_at=Subquery(confirmed)))


def _reasons(links: list[Link]) -> tuple[str, ...]:
    by_crm = {link.connection_id: link.connection for link in links if link.kind == CONTACT}
    known = [(crm, capabilities_of(crm)) for crm in by_crm.values()]
    return tuple(f"{crm.name}: {can.account_facts_reason}" for crm, can in known if not can.account_facts)


def account_card(fact: Any) -> AccountCard:
    """Return a fact in words."""
    as_of = max(fact.as_of, fact.confirmed_at or fact.as_of)
    return AccountCard(
        system=fact.connection.name,
        name=fact.name,
        plan=fact.plan,
        revenue=money(fact.revenue_minor, fact.currency),
        owner=fact.owner,
        url=fact.url,
        as_of=as_of,
        late=_is_late(fact.connection, as_of),
    )


def _is_late(crm: Connection, at: datetime) -> bool:
    """Whether the CRM should have been read again since: ten polls were missed, or an hour has passed."""
    return timezone.now() - at > timedelta(seconds=max(3600, 10 * crm.poll_every_s))


def money(minor: int | None, currency: str) -> str:
    """Return an amount with its currency, empty for none: `48,000 EUR`."""
    if minor is None:
        return ""
    decimals = 0 if currency in NO_MINOR_UNIT else 3 if currency in THREE_DECIMALS else 2
    whole, rest = divmod(abs(minor), 10**decimals)
    shown = number_format(whole, use_l10n=True, force_grouping=True)
    if rest:
        shown = number_format(abs(minor) / 10**decimals, decimal_pos=decimals, use_l10n=True, force_grouping=True)
    return f"{'−' if minor < 0 else ''}{shown} {currency}".strip()


RECORD_WORDS = {
    CONTACT: (gettext_lazy("Contact"), gettext_lazy("Contact %(number)s")),
    CASE: (gettext_lazy("Case"), gettext_lazy("Case %(number)s")),
    IDEA: (gettext_lazy("Idea"), gettext_lazy("Idea %(number)s")),
}
NOTES = {
    Link.State.CREATING: gettext_lazy("on its way"),
    Link.State.CONFLICT: gettext_lazy("in conflict"),
    Link.State.GONE: gettext_lazy("deleted there"),
    Link.State.ERASED: gettext_lazy("erased there"),
    Link.State.WITHHELD: gettext_lazy("not sent: no consent"),
}


def chip_of(link: Link) -> Chip:
    """Return a record as a chip."""
    crm = link.connection
    state = str(link.base.get("case_state", "")) if link.kind == CASE else ""
    icon, tone, state_words = STATE_ICONS.get(state, ("", "", ""))
    named = str(link.base.get("case_reference") or link.remote_id or "")
    words, numbered = RECORD_WORDS[link.kind]
    record = str(numbered) % {"number": named.removeprefix("CASE-")} if named else str(words)
    return Chip(
        system=crm.name,
        record=record,
        url=link.remote_url,
        at=max((at for at in (link.remote_changed_at, link.pushed_at) if at), default=None),
        late=crm.state != Connection.State.RUNNING,
        state=str(state_words),
        icon=icon,
        tone=tone,
        note=str(NOTES.get(Link.State(link.state), "")),
    )
