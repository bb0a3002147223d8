"""Which accounts ask for an idea and what they are worth: for staff beside an idea, never for members."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum
from django.http import Http404
from django.utils.formats import number_format

from community.activity.contracts import Voter
from community.activity.subjects import subject_of
from community.core.audience import may_see
from community.members.audience import tokens_of
from community.members.models import Account, Member
from crm_sync.connectors.base import IDEA
from crm_sync.engine.facts import SUBJECTS, by_account
from crm_sync.models import AccountFact, Link
from crm_sync.selectors_facts import AccountCard, Chip, account_card, account_facts, chip_of, money

LARGEST = 4
PAGE = 50


@dataclass(frozen=True, kw_only=True)
class AskingAccount:
    """One account, once, however many of its people vote."""

    card: AccountCard | None
    """What the CRM says of it; None: its CRM says nothing any more."""
    name: str
    voters: tuple[Voter, ...]
    revenue_minor: int | None
    currency: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """Which CRM the figures are from, and how old they are."""

    system: str
    as_of: datetime
    late: bool


@dataclass(frozen=True, kw_only=True)
class IdeaSupport:
    """The accounts behind an idea, largest revenue first."""

    idea_id: int
    accounts: tuple[AskingAccount, ...]
    voters: int
    matched: int
    """Voters whose account a CRM knows."""
    revenue: tuple[str, ...]
    """One sum a currency: nothing is converted."""
    share: str
    """Per cent of the revenue of all accounts, where one currency is all there is."""
    sources: tuple[Source, ...]
    records: tuple[Chip, ...]
    """The idea as the CRMs have it."""

    @property
    def largest(self) -> tuple[AskingAccount, ...]:
        """The first few."""
        return self.accounts[:LARGEST]


def idea_support(idea_id: int) -> IdeaSupport:
    """Return who asks for an idea and what their accounts are worth. Queries: 6 at most."""
    voters = subject_of(SUBJECTS[IDEA]).voters([idea_id]).get(idea_id, [])
    accounts = _accounts(by_account(voters))
    links = Link.objects.filter(kind=IDEA, object_id=idea_id).select_related("connection").order_by("connection_id")
    return IdeaSupport(
        idea_id=idea_id,
        accounts=tuple(accounts),
        voters=len(voters),
        matched=sum(len(account.voters) for account in accounts),
        revenue=tuple(money(minor, currency) for currency, minor in sorted(_sums(accounts).items())),
        share=_share(accounts),
        sources=_sources(accounts),
        records=tuple(chip_of(link) for link in links),
    )


def idea_named(idea_id: int, viewer: Member) -> tuple[str, str]:
    """Return title and address of an idea. Raises: Http404 when it is gone or not for `viewer`. Queries: 2 or 3."""
    subject = subject_of(SUBJECTS[IDEA])
    card = subject.cards([idea_id]).get(idea_id)
    if card is None or not may_see(subject.audience([idea_id]).get(idea_id, frozenset()), tokens_of(viewer)):
        raise Http404
    return card.title, card.url


@dataclass(frozen=True, kw_only=True)
class AccountsPage:
    """Some of the accounts behind an idea, with the people who vote."""

    support: IdeaSupport
    rows: tuple[tuple[AskingAccount, tuple[tuple[Member, datetime], ...]], ...]
    next_from: int | None


def accounts_page(idea_id: int, start: int) -> AccountsPage:
    """Return accounts from `start` on, largest revenue first. Queries: 7 at most."""
    support = idea_support(idea_id)
    shown = support.accounts[start : start + PAGE]
    people = Member.objects.in_bulk({voter.member_id for account in shown for voter in account.voters})
    return AccountsPage(
        support=support,
        rows=tuple(
            (account, tuple((people[voter.member_id], voter.since) for voter in account.voters)) for account in shown
        ),
        next_from=start + PAGE if len(support.accounts) > start + PAGE else None,
    )


def _accounts(voters: Mapping[int, list[Voter]]) -> list[AskingAccount]:
    named = Account.objects.in_bulk(list(voters))
    facts = account_facts([account.key for account in named.values()]) if named else {}
    found = [_asking(named[pk], facts.get(named[pk].key), mine) for pk, mine in voters.items() if pk in named]
    return sorted(found, key=lambda one: (-(one.revenue_minor or 0), -len(one.voters), one.name))


def _asking(account: Account, fact: AccountFact | None, voters: Sequence[Voter]) -> AskingAccount:
    return AskingAccount(
        card=account_card(fact) if fact else None,
        name=fact.name if fact else account.name,
        voters=tuple(sorted(voters, key=lambda voter: (voter.since, voter.member_id))),
        revenue_minor=fact.revenue_minor if fact else None,
        currency=fact.currency if fact else "",
    )


def _sums(accounts: Iterable[AskingAccount]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for account in accounts:
        if account.revenue_minor is not None:
            sums[account.currency] += account.revenue_minor
    return sums


def _share(accounts: Sequence[AskingAccount]) -> str:
    """Return what part of all revenue asks; empty where that cannot be said in one currency. Queries: 0 or 1."""
    mine = _sums(accounts)
    if len(mine) != 1:
        return ""
    rows = AccountFact.objects.filter(revenue_minor__isnull=False).order_by().values_list("currency")
    every = dict(rows.annotate(sum=Sum("revenue_minor")))
    [(currency, minor)] = mine.items()
    if every.keys() != {currency} or every[currency] <= 0:
        return ""
    return number_format(100 * minor / every[currency], decimal_pos=1)


def _sources(accounts: Iterable[AskingAccount]) -> tuple[Source, ...]:
    """Return each CRM with the oldest of its figures."""
    oldest: dict[str, AccountCard] = {}
    for account in accounts:
        card = account.card
        if card is not None and (card.system not in oldest or card.as_of < oldest[card.system].as_of):
            oldest[card.system] = card
    return tuple(Source(system=card.system, as_of=card.as_of, late=card.late) for card in oldest.values())
