"""Current facts of records by kind, and which accounts ask for an idea."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q

from community.activity.contracts import Facts, IdeaFacts, VoteFacts, Voter
from community.activity.subjects import subject_of
from community.members.models import Account
from crm_sync.basis import may_send
from crm_sync.connectors.base import CASE, CONTACT, IDEA, VOTE
from crm_sync.marking import records_mark
from crm_sync.models import Connection, Link
from crm_sync.models.work import vote_id, vote_parts
from crm_sync.rendering import changed_fields, hashes_of, vote_render

SUBJECTS = {CONTACT: "members.member", CASE: "forums.topic", IDEA: "ideas.idea"}
"""Which Subject knows the facts of which kind; a vote's follow from its idea's voters."""
_CHUNK = 100
Asking = dict[int, tuple[int, datetime]]
"""By `vote_id`: how many people of the account vote for the idea, and since when."""


def facts_of(crm: Connection, kind: str, ids: Collection[int]) -> dict[int, Facts]:
    """Return the facts per id that this CRM should hold. Queries: constant."""
    if kind != VOTE:
        return subject_of(SUBJECTS[kind]).facts(ids)
    asking = accounts_asking(crm, {vote_parts(object_id)[0] for object_id in ids})
    return {**_vote_facts(ids, asking)}


def accounts_asking(crm: Connection, idea_ids: Collection[int]) -> Asking:
    """Count the voters of each account, without those this CRM may not hear of. Queries: constant."""
    voters = subject_of(SUBJECTS[IDEA]).voters(idea_ids)
    allowed = may_send(crm, {voter.member_id for idea_voters in voters.values() for voter in idea_voters})
    asking: Asking = {}
    for idea_id, idea_voters in voters.items():
        for account_id, mine in by_account(idea_voters).items():
            since = [voter.since for voter in mine if voter.member_id in allowed]
            if since:
                asking[vote_id(idea_id, account_id)] = len(since), min(since)
    return asking


def by_account(voters: Iterable[Voter]) -> dict[int, list[Voter]]:
    """Return the voters of each account; who belongs to none is left out."""
    found: dict[int, list[Voter]] = {}
    for voter in voters:
        if voter.account_id is not None:
            found.setdefault(voter.account_id, []).append(voter)
    return found


def _vote_facts(ids: Collection[int], asking: Asking) -> dict[int, VoteFacts]:
    parts = {object_id: vote_parts(object_id) for object_id in ids}
    ideas = subject_of(SUBJECTS[IDEA]).facts({idea_id for idea_id, _account_id in parts.values()})
    accounts = Account.objects.in_bulk({account_id for _idea_id, account_id in parts.values()})
    facts = {}
    for object_id, (idea_id, account_id) in parts.items():
        idea, account = ideas.get(idea_id), accounts.get(account_id)
        if isinstance(idea, IdeaFacts) and account is not None:
            voters, since = asking.get(object_id, (0, None))
            facts[object_id] = VoteFacts(
                idea_id=idea_id,
                title=idea.title,
                url=idea.url,
                site_id=idea.site_id,
                account=account.name,
                account_key=account.key,
                voters=voters,
                since=since,
            )
    return facts


def votes_mark(crm: Connection, idea_ids: Collection[int]) -> int:
    """Mark the accounts whose asking for these ideas differs from what the CRM holds; return how many.

    So a thousand votes for an idea mark the idea once, and each account once. Queries: constant for 100 ideas, and 1.
    """
    links = _vote_links(crm, sorted(idea_ids))
    asking = accounts_asking(crm, idea_ids)
    moved = []
    for object_id, facts in _vote_facts(asking.keys() | links.keys(), asking).items():
        link = links.get(object_id)
        if changed_fields(hashes_of(vote_render(facts), None), link.hashes if link else {}):
            moved.append((crm.pk, VOTE, object_id))
    records_mark(moved)
    return len(moved)


def _vote_links(crm: Connection, idea_ids: list[int]) -> dict[int, Link]:
    links: dict[int, Link] = {}
    for start in range(0, len(idea_ids), _CHUNK):
        theirs = Q()
        for idea_id in idea_ids[start : start + _CHUNK]:
            theirs |= Q(object_id__gt=vote_id(idea_id, 0), object_id__lt=vote_id(idea_id + 1, 0))
        links |= {link.object_id: link for link in Link.objects.filter(theirs, connection=crm, kind=VOTE)}
    return links
