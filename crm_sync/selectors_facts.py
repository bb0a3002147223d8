"""What staff see beside a member or topic: CRM records and account facts, with source and age. Never for members."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import pgettext_lazy as pgettext

from crm_sync.connectors.base import CASE, CONTACT
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
    confirmed = Cursor.objects.filter(connection=OuterRef("connection"), kind="account").values("polled_at")[:1]
    facts = (
        AccountFact.objects.filter(of_account)
        .annotate(confirmed_at=Subquery(confirmed), crm_name=F("connection__name"))
        .select_related("connection")
        if of_account
        else ()
    )
    return StaffFacts(
        accounts=tuple(_account(fact) for fact in facts),
        contacts=tuple(_chip(link) for link in links if link.kind == CONTACT),
        cases=tuple(_chip(link) for link in links if link.kind == CASE),
        without_accounts=_reasons(links),
    )


def _reasons(links: list[Link]) -> tuple[str, ...]:
    by_crm = {link.connection_id: link.connection for link in links if link.kind == CONTACT}
    known = [(crm, capabilities_of(crm)) for crm in by_crm.values()]
    return tuple(f"{crm.name}: {can.account_facts_reason}" for crm, can in known if not can.account_facts)


def _account(fact: Any) -> AccountCard:
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


NOTES = {
    Link.State.CREATING: gettext_lazy("on its way"),
    Link.State.CONFLICT: gettext_lazy("in conflict"),
    Link.State.GONE: gettext_lazy("deleted there"),
    Link.State.ERASED: gettext_lazy("erased there"),
    Link.State.WITHHELD: gettext_lazy("not sent: no consent"),
}


def _chip(link: Link) -> Chip:
    crm = link.connection
    state = str(link.base.get("case_state", "")) if link.kind == CASE else ""
    icon, tone, words = STATE_ICONS.get(state, ("", "", ""))
    named = str(link.base.get("case_reference") or link.remote_id or "")
    if not named:
        record = gettext("Case") if link.kind == CASE else gettext("Contact")
    elif link.kind == CASE:
        record = gettext("Case %(number)s") % {"number": named.removeprefix("CASE-")}
    else:
        record = gettext("Contact %(number)s") % {"number": named}
    return Chip(
        system=crm.name,
        record=record,
        url=link.remote_url,
        at=max((at for at in (link.remote_changed_at, link.pushed_at) if at), default=None),
        late=crm.state != Connection.State.RUNNING,
        state=str(words),
        icon=icon,
        tone=tone,
        note=str(NOTES.get(Link.State(link.state), "")),
    )
