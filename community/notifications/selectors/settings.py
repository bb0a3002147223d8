"""The settings page: kinds by channels, the schedule, threads without mail."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.core.addresses import path_in
from community.members.models import Member
from community.notifications.kinds import kinds
from community.notifications.kinds.base import Group
from community.notifications.models import Channel, MailStop, Preference
from community.notifications.selectors.choices import address_returned, choices_of, preference_of
from community.notifications.selectors.things import things_of

GROUP_LABELS: dict[Group, "str | Promise"] = {
    Group.NAMES_YOU: _("It names you"),
    Group.FOLLOWED: _("You follow it"),
    Group.COMMUNITY: _("From the community"),
}
STOPS_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One box of the matrix."""

    name: str
    channel: "str | Promise"
    on: bool
    fixed: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """One kind."""

    label: "str | Promise"
    note: "str | Promise"
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class RowGroup:
    """Kinds that belong together."""

    label: "str | Promise"
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A thread without mail."""

    key: str
    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class SettingsPage:
    """What the member may choose."""

    channels: tuple["str | Promise", ...]
    groups: tuple[RowGroup, ...]
    preference: Preference
    address_returned: bool
    stops: tuple[Stop, ...]
    by_mail: int
    """How many kinds come by mail."""
    kinds: int


@dataclass(frozen=True, kw_only=True)
class RightNow:
    """What holds for the member, in a few figures."""

    mails: bool
    by_mail: int
    kinds: int
    digest: str
    next_digest_at: datetime | None
    quiet: str


def right_now(member: Member) -> RightNow:
    """Return it. Queries: 2."""
    chosen, preference = choices_of([member.pk]), preference_of(member)
    hours = (preference.quiet_from, preference.quiet_until)
    return RightNow(
        mails=preference.mails and not address_returned(preference, member),
        by_mail=sum(chosen.wants(member, kind, Channel.MAIL) for kind in kinds().values()),
        kinds=len(kinds()),
        digest=preference.get_digest_display(),
        next_digest_at=preference.next_digest_at,
        quiet="" if None in hours else f"{hours[0]:02}:00 – {hours[1]:02}:00",
    )


def settings_page(member: Member, *, site_id: int | None) -> SettingsPage:
    """Return the page. Queries: 3, and those of the subjects."""
    chosen, preference = choices_of([member.pk]), preference_of(member)
    groups = []
    for group, label in GROUP_LABELS.items():
        rows = tuple(
            Row(
                label=kind.label,
                note=kind.note,
                cells=tuple(
                    Cell(
                        name=f"{kind.name}.{channel}",
                        channel=Channel(channel).label,
                        on=chosen.wants(member, kind, channel),
                        fixed=channel == Channel.SITE and kind.site_fixed,
                    )
                    for channel in Channel.values
                ),
            )
            for kind in kinds().values()
            if kind.group == group
        )
        groups.append(RowGroup(label=label, rows=rows))
    return SettingsPage(
        channels=tuple(channel.label for channel in Channel),
        groups=tuple(groups),
        preference=preference,
        address_returned=address_returned(preference, member),
        stops=_stops(member, site_id),
        by_mail=sum(chosen.wants(member, kind, Channel.MAIL) for kind in kinds().values()),
        kinds=len(kinds()),
    )


def _stops(member: Member, site_id: int | None) -> tuple[Stop, ...]:
    """Return the threads of a site without mail that the member may still see, the newest first."""
    rows = MailStop.objects.filter(member=member).order_by("-pk").values_list("thread_kind", "thread_id")[:STOPS_SHOWN]
    stopped = list(rows)
    things = things_of(stopped)
    return tuple(
        Stop(key=f"{kind}:{pk}", title=things.cards[(kind, pk)].title, url=path_in(things.cards[(kind, pk)].url))
        for kind, pk in stopped
        if things.seen_by(member, (kind, pk)) and things.cards[(kind, pk)].site_id in (None, site_id)
    )
