"""Accounts coming in: plan, revenue and owner, and which member belongs to which. Staff only, on every surface."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from community.members.models import Member
from community.members.services import account_link, account_unlink
from crm_sync.connectors.base import CONTACT, AccountRecord, Position
from crm_sync.engine.session import Session
from crm_sync.models import AccountFact, Connection, Cursor, Link

PAGE = 200
ERASED = Member.State.ERASED
FACTS = ("name", "plan", "revenue_minor", "currency", "owner", "url", "changed_at")


def accounts_poll(session: Session) -> int:
    """Read changed accounts; return how many really changed. `Cursor.polled_at` says how fresh the rest is."""
    crm = session.crm
    first = {"time": crm.created_at - timedelta(days=3650)}  # accounts are older than the connection
    cursor, _created = Cursor.objects.get_or_create(connection=crm, kind="account", defaults=first)
    at = Position(cursor.time - timedelta(seconds=cursor.look_back_s))
    changed = 0
    while True:
        with session.call("accounts", "account"):
            page = session.connector.accounts(at, PAGE)
        session.run.read += len(page.accounts)
        changed += _accounts_store(crm, page.accounts)
        at = page.position
        if page.accounts and at.time >= cursor.time:
            cursor.time, cursor.remote_id = at.time, at.id
        if not page.more:
            break
    cursor.polled_at = timezone.now()
    cursor.save(update_fields=["time", "remote_id", "polled_at"])
    return changed


def _accounts_store(crm: Connection, accounts: Sequence[AccountRecord]) -> int:
    known = {
        fact.remote_id: fact
        for fact in AccountFact.objects.filter(connection=crm, remote_id__in=[one.remote_id for one in accounts])
    }
    now, changed = timezone.now(), 0
    for account in accounts:
        values = {name: getattr(account, name) for name in FACTS}
        fact = known.get(account.remote_id)
        if fact is not None and all(getattr(fact, name) == value for name, value in values.items()):
            continue
        changed += 1
        renamed = fact is None or fact.name != account.name
        with transaction.atomic():
            AccountFact.objects.update_or_create(
                connection=crm, remote_id=account.remote_id, defaults={**values, "as_of": now}
            )
            if renamed:
                _members_tell(crm, account)
    return changed


def _members_tell(crm: Connection, account: AccountRecord) -> None:
    """Give the members who belong to an account its name, as one of them would get it."""
    members = Link.objects.filter(connection=crm, kind=CONTACT, account_id=account.remote_id)
    for member_id in members.values_list("object_id", flat=True):
        _link(crm, member_id, account.remote_id, account.name)


def account_belongs(crm: Connection, link: Link, account_id: str) -> int:
    """Say which account a contact belongs to; return 1 if that is new. Queries: 0 when it is not.

    An erased member belongs to none, whatever a CRM says that did not hear of it yet.
    """
    if link.account_id == account_id or not Member.objects.filter(pk=link.object_id).exclude(state=ERASED).exists():
        return 0
    name = AccountFact.objects.filter(connection=crm, remote_id=account_id).values_list("name", flat=True).first()
    with transaction.atomic():
        Link.objects.filter(pk=link.pk).update(account_id=account_id)
        if account_id and name is not None:
            _link(crm, link.object_id, account_id, name)
        elif not account_id:
            account_unlink(member_id=link.object_id, origin=f"crm:{crm.pk}")
    return 1


def _link(crm: Connection, member_id: int, account_id: str, name: str) -> None:
    account_link(member_id=member_id, key=f"crm:{crm.pk}:{account_id}", name=name, origin=f"crm:{crm.pk}")
