"""What the page of the sync shows of its connections: state in words, lag, calls of the day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from community.members.models import Member
from crm_sync.budgets import DAY_S
from crm_sync.connectors import connector_class
from crm_sync.connectors.base import Capabilities, KindSupport
from crm_sync.models import Connection, StaffAct
from crm_sync.selectors import ConnectionState, connection_states
from crm_sync.words import duration_words, kind_words

LATE_S = 600
"""Lag from which on the figure is amber."""


@dataclass(frozen=True)
class ConnectionLine:
    """One connection in words."""

    id: int
    name: str
    system: str
    state: str
    tone: str
    icon: str
    sentence: str
    """What it does, or why it does not."""
    lag: str
    is_late: bool
    last_success_at: datetime | None
    calls: int
    quota: int | None
    percent: int
    quota_words: str
    waiting: int
    later: int
    """Notes gathered for the end of the day."""
    dead: int
    is_paused: bool
    is_new: bool
    """Never enabled: it waits for a look at what it would send."""


@dataclass(frozen=True)
class Act:
    """Something a colleague did."""

    at: datetime
    who: str
    what: str
    reason: str
    count: int


def connections_all() -> list[Connection]:
    """Return all connections by name. Queries: 1."""
    return list(Connection.objects.order_by("name", "id"))


def connection_of(connection_id: int) -> Connection:
    """Return one connection. Raises: Http404 when there is none. Queries: 1."""
    crm = Connection.objects.filter(pk=connection_id).first()
    if crm is None:
        raise Http404
    return crm


def connection_lines(connections: Iterable[Connection]) -> list[ConnectionLine]:
    """Return the connections in words. Queries: 4 to 6, however many."""
    given = list(connections)
    states = {state.id: state for state in connection_states()}
    pauses = last_pauses([crm.pk for crm in given if crm.state == Connection.State.PAUSED])
    return [_line(crm, states[crm.pk], pauses.get(crm.pk)) for crm in given]


def last_pauses(connection_ids: list[int]) -> dict[int, Act]:
    """Return who paused each of these connections last. Queries: 0 to 2."""
    if not connection_ids:
        return {}
    acts = StaffAct.objects.filter(connection_id__in=connection_ids, action=StaffAct.Action.PAUSED).order_by("id")
    latest = {act.connection_id: act for act in acts}
    return dict(zip(latest, acts_in_words(latest.values()), strict=True))


def acts_of(connection_id: int, limit: int = 10) -> list[Act]:
    """Return what colleagues did to a connection, newest first. Queries: 2."""
    return acts_in_words(StaffAct.objects.filter(connection_id=connection_id).order_by("-id")[:limit])


def acts_in_words(acts: Iterable[StaffAct]) -> list[Act]:
    """Return acts with the names of those who did them. Queries: 1 or 2."""
    given = list(acts)
    names = {member.pk: member.display_name for member in Member.objects.filter(pk__in={act.actor_id for act in given})}
    return [
        Act(act.at, names.get(act.actor_id or 0, _("The system")), act.get_action_display(), act.reason, act.count)
        for act in given
    ]


def lede(lines: list[ConnectionLine]) -> str:
    """Return the sentence on top of the page: how all of it is."""
    if not lines:
        return _("No CRM is connected yet.")
    good = sum(line.tone == "ok" for line in lines)
    dead = sum(line.dead for line in lines)
    if good == len(lines):
        first = ngettext("The connection is up to date.", "All connections are up to date.", len(lines))
        if any(line.waiting for line in lines):
            first = ngettext("The connection is at work.", "All connections are at work.", len(lines))
    else:
        first = _("%(good)d of %(all)d connections work.") % {"good": good, "all": len(lines)}
    if not dead:
        return first
    waiting = npgettext(
        "of the CRM", "%(count)d record waits for a person.", "%(count)d records wait for a person.", dead
    )
    return f"{first} {waiting % {'count': dead}}"


def _line(crm: Connection, state: ConnectionState, pause: Act | None) -> ConnectionLine:
    quota = state.calls_daily
    is_new = crm.state == Connection.State.PAUSED and pause is None and crm.last_success_at is None
    words, tone, icon = _state_words(state, is_new)
    return ConnectionLine(
        id=crm.pk,
        name=crm.name,
        system=state.label,
        state=words,
        tone=tone,
        icon=icon,
        sentence=_sentence(crm, state, pause, is_new),
        lag=duration_words(state.lag_s) if state.oldest_at else _("none"),
        is_late=state.lag_s > LATE_S,
        last_success_at=crm.last_success_at,
        calls=state.calls_today,
        quota=quota,
        percent=min(100, round(100 * state.calls_today / quota)) if quota else 0,
        quota_words=_quota_words(quota),
        waiting=state.waiting,
        later=state.later,
        dead=state.dead,
        is_paused=crm.state != Connection.State.RUNNING,
        is_new=is_new,
    )


def _state_words(state: ConnectionState, is_new: bool) -> tuple[str, str, str]:
    if is_new:
        return _("Not enabled yet"), "mute", "circle-dashed"
    if state.state == "paused":
        return _("Paused"), "mute", "circle-pause"
    if state.state == "attention":
        return _("Needs you"), "bad", "triangle-alert"
    if state.state == "waiting":
        return _("Slowed"), "warn", "clock"
    return _("Working"), "ok", "circle-check"


def _sentence(crm: Connection, state: ConnectionState, pause: Act | None, is_new: bool) -> str:
    queued = npgettext("of the CRM", "%(count)d change is queued.", "%(count)d changes are queued.", state.waiting)
    queued %= {"count": state.waiting}
    if is_new:
        return _("Look at what it would send, then enable it.")
    if state.state == "attention":
        return state.reason or _("The CRM refuses us. Test the connection to see why.")
    if state.state == "paused":
        if pause is None:
            return _("Nothing is sent. %(queued)s") % {"queued": queued}
        told = _("%(name)s paused it, %(time)s.") % {"name": pause.who, "time": moment_words(pause.at)}
        return f"{told} “{pause.reason}”" if pause.reason else f"{told} {queued}"
    if state.wait_until is not None:
        until = {"system": state.label, "time": moment_words(state.wait_until), "queued": queued}
        return _("%(system)s asked us to wait until %(time)s. Nothing is lost. %(queued)s") % until
    return _what_it_does(crm, state.capabilities)


def _what_it_does(crm: Connection, capabilities: Capabilities) -> str:
    kinds = [str(kind_words(kind)) for kind in crm.enabled_kinds]
    out = ", ".join([kinds[0], *(kind.lower() for kind in kinds[1:])]) if kinds else _("Nothing")
    if any(kind in capabilities.poll for kind in crm.enabled_kinds):
        return _("%(kinds)s, and what changes there comes back.") % {"kinds": out}
    return _("%(kinds)s, out only.") % {"kinds": out}


def moment_words(moment: datetime) -> str:
    """Return the hour of today, else day and hour, in the reader's zone."""
    local = timezone.localtime(moment)
    if local.date() == timezone.localdate():
        return time_format(local, "H:i")
    return date_format(local, "j M, H:i")


@dataclass(frozen=True)
class How:
    """How one kind of record is written."""

    name: str
    words: str


def how_it_writes(crm: Connection) -> list[How]:
    """Return, kind by kind, how safe and how fast this CRM lets us write. Queries: 0."""
    kinds = connector_class(crm.kind).capabilities(crm.options).kinds
    return [How(str(kind_words(kind)), _how_words(support)) for kind, support in kinds.items()]


def _how_words(support: KindSupport) -> str:
    if not support.unique_key:
        return support.hint or _("One at a time; a lost reply is looked up before anything is sent again.")
    return ngettext(
        "One at a time, under a key that is unique there.",
        "Up to %(size)d at once, under a key that is unique there.",
        support.batch_size,
    ) % {"size": support.batch_size}


def _quota_words(quota: int | None) -> str:
    if quota is None:
        return _("no daily limit")
    now = timezone.now()
    midnight = now + timedelta(seconds=DAY_S - int(now.timestamp()) % DAY_S)
    return _("resets at %(time)s") % {"time": time_format(timezone.localtime(midnight), "H:i")}
