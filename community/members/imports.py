"""Bringing the authors of another community in, as unclaimed members. Running it again changes nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.crypto import salted_hmac

from community.activity.bulk import Entry, record_many
from community.members.activities import MemberJoined
from community.members.handles import MAX_LENGTH, handle_from, handle_skeleton
from community.members.models import Member

ORIGIN = "import"


@dataclass(frozen=True, kw_only=True)
class AuthorImport:
    """An author of another community, by what their posts say."""

    source_key: str
    """Unique and stable: `support:member-743148e2f0`. Only a digest of it is kept."""
    name: str
    first_seen_at: datetime
    language: str = "en"


def author_import(rows: list[AuthorImport]) -> dict[str, int]:
    """Make unclaimed members of a batch of authors, at most 500, in one transaction; return member ids by source key.

    Somebody who was erased is found again and stays erased: what is new of them stands under "Former member".
    Idempotent: yes. Queries: 2 when all are known, else 5.
    """
    digests = {row.source_key: _digest(row.source_key) for row in rows}
    known = _known(digests.values())
    fresh = {digests[row.source_key]: row for row in rows if digests[row.source_key] not in known}
    if fresh:
        with transaction.atomic():
            members = Member.objects.bulk_create(_members(fresh))
            record_many([_joined(member) for member in members], origin=ORIGIN)
        known |= {member.source_key: member.pk for member in members if member.source_key}
    return {source_key: known[digest] for source_key, digest in digests.items()}


def erased_source(digest: str) -> str:
    """Return what stays of a digest when its member is erased: with the key of this installation, or it says nothing.

    Whoever has the source could try its names on a plain digest.
    """
    return salted_hmac("members.erased_source", digest, algorithm="sha256").hexdigest()


def _known(digests: Collection[str]) -> dict[str, int]:
    """Return the members that were made of these authors, erased or not. Queries: 1."""
    stored = {digest: digest for digest in digests} | {erased_source(digest): digest for digest in digests}
    rows = Member.objects.filter(source_key__in=stored).values_list("source_key", "pk")
    return {stored[str(source_key)]: pk for source_key, pk in rows}


def _digest(source_key: str) -> str:
    return sha256(source_key.encode()).hexdigest()


def _members(fresh: Mapping[str, AuthorImport]) -> list[Member]:
    handles = _handles(fresh)
    nobody = make_password(None)
    return [
        Member(
            handle=handles[digest],
            handle_skeleton=handle_skeleton(handles[digest]),
            password=nobody,
            name=row.name[:120],
            state=Member.State.UNCLAIMED,
            is_active=False,
            language=row.language,
            joined_at=row.first_seen_at,
            source_key=digest,
        )
        for digest, row in fresh.items()
    ]


def _handles(fresh: Mapping[str, AuthorImport]) -> dict[str, str]:
    """Return a handle for each digest that looks like nobody's, here or in the batch. Queries: 1."""
    wanted = {digest: handle_from(row.name) for digest, row in fresh.items()}
    skeletons = {handle_skeleton(handle) for handle in wanted.values()}
    taken = set(Member.objects.filter(handle_skeleton__in=skeletons).values_list("handle_skeleton", flat=True))
    handles = {}
    for digest, handle in wanted.items():
        if handle_skeleton(handle) in taken:
            handle = f"{handle[: MAX_LENGTH - 13]}-{digest[:12]}"
        taken.add(handle_skeleton(handle))
        handles[digest] = handle
    return handles


def _joined(member: Member) -> Entry:
    return Entry(
        payload=MemberJoined(state=str(member.state)),
        subject_id=member.pk,
        actor_id=member.pk,
        occurred_at=member.joined_at or member.created_at,
        dedupe_key=f"members.member_joined:{member.pk}",
    )
