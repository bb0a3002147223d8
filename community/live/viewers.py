"""Who is behind a socket, and what they may hear of. Synchronous: the consumer asks from a thread."""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone

from community.activity.subjects import subjects
from community.core.audience import PUBLIC, may_see
from community.core.limits import hit
from community.live.names import BELL, MEMBER
from community.live.sending import STAMP_S, stamp_key
from community.members.audience import tokens_of
from community.members.models import Member
from community.members.sessions import SessionStore

CONNECT_RATE = "600/m"
"""How often one member or address may open a socket: each page opens one, and an office shares an address."""
SLACK_S = 2.0
"""Clocks of two processes may differ by so much."""


@dataclass(frozen=True)
class Viewer:
    """Who is behind a socket."""

    tokens: frozenset[str]
    member_id: int | None = None
    session_key: str = ""
    session_hash: str = ""
    """Changes with the password: an older one is signed out."""


VISITOR = Viewer(frozenset({PUBLIC}))


def viewer_enter(session_key: str, *, address: str) -> Viewer:
    """Return who opens a socket with this session cookie (empty: a visitor). Raises: TooMany. Queries: 0, members 2."""
    viewer = _viewer_of(session_key) if session_key else VISITOR
    hit(f"live.connect:{viewer.member_id or address}", CONNECT_RATE)
    return viewer


def _viewer_of(session_key: str) -> Viewer:
    member: Any = get_user(SimpleNamespace(session=SessionStore(session_key)))  # type: ignore[arg-type]
    if not member.is_authenticated or member.state != Member.State.ACTIVE:
        return VISITOR
    return Viewer(tokens_of(member), member.pk, session_key, member.get_session_auth_hash())


def viewers_now(viewers: Collection[Viewer]) -> dict[Viewer, Viewer]:
    """Return for each viewer who they are now: themselves, with other tokens, or VISITOR when signed out.

    Queries: 2, and 1 for each member who is in a group.
    """
    members = [viewer for viewer in viewers if viewer.member_id is not None]
    if not members:
        return dict.fromkeys(viewers, VISITOR)
    sessions = Session.objects.filter(
        session_key__in={viewer.session_key for viewer in members}, expire_date__gt=timezone.now()
    )
    alive = set(sessions.values_list("session_key", flat=True))
    found = Member.objects.filter(state=Member.State.ACTIVE).in_bulk({viewer.member_id for viewer in members})
    return {viewer: _now(viewer, found.get(viewer.member_id), alive) for viewer in viewers}


def _now(viewer: Viewer, member: Member | None, alive: set[str]) -> Viewer:
    if member is None or viewer.session_key not in alive or member.get_session_auth_hash() != viewer.session_hash:
        return VISITOR
    return Viewer(tokens_of(member), member.pk, viewer.session_key, viewer.session_hash)


def names_allowed(names: Iterable[tuple[str, int]], viewer: Viewer) -> list[tuple[str, int]]:
    """Return those of `names` the viewer may hear of: things their audience allows, and the member's own bell.

    What is missing and what is not for them are left out alike. Queries: 1 per kind.
    """
    by_kind: dict[str, list[int]] = {}
    for kind, thing_id in names:
        by_kind.setdefault(kind, []).append(thing_id)
    return [(kind, thing_id) for kind, ids in by_kind.items() for thing_id in _ids_allowed(kind, ids, viewer)]


def _ids_allowed(kind: str, ids: list[int], viewer: Viewer) -> list[int]:
    if kind == BELL:
        return [thing_id for thing_id in ids if thing_id == viewer.member_id]
    if kind == MEMBER or kind not in subjects:
        return []
    audiences = subjects[kind].audience(ids)
    return [thing_id for thing_id in ids if thing_id in audiences and may_see(audiences[thing_id], viewer.tokens)]


def names_missed(names: Collection[str], viewer: Viewer, *, since: float) -> list[str]:
    """Return those of `names` that changed after the page was made or last told, at `since` (epoch). Queries: 0."""
    if time.time() - since > STAMP_S - SLACK_S:
        return sorted(names)
    stamps = cache.get_many([stamp_key(name) for name in names])
    return sorted(
        name
        for name in names
        if any(
            at >= since - SLACK_S and may_see(frozenset(who), viewer.tokens)
            for at, who in stamps.get(stamp_key(name), ())
        )
    )
