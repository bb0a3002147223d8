"""What members chose to hear of, and by what."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from community.members.models import Member
from community.notifications.clock import next_digest
from community.notifications.kinds import kinds
from community.notifications.kinds.base import Kind, Thing
from community.notifications.models import Channel, Choice, MailStop, Preference


@dataclass(frozen=True, kw_only=True)
class Choices:
    """The choices of some members, read at once."""

    rows: dict[tuple[int, str, str], bool] = field(default_factory=dict)
    """By member, kind and channel."""

    def wants(self, member: Member, kind: Kind, channel: str) -> bool:
        """Tell whether `member` hears of `kind` by `channel`. Queries: 0."""
        if channel == Channel.SITE and kind.site_fixed:
            return True
        chosen = self.rows.get((member.pk, kind.name, channel))
        return kind.on_by_default(channel, is_staff=member.is_staff) if chosen is None else chosen


def choices_of(member_ids: Collection[int]) -> Choices:
    """Return what these members chose. Queries: 1."""
    rows = Choice.objects.filter(member_id__in=member_ids).values_list("member_id", "kind", "channel", "on")
    return Choices(rows={(member_id, kind, channel): on for member_id, kind, channel, on in rows})


def hearers(activity_type: str, members: Collection[Member]) -> set[int]:
    """Return the ids of those who hear of activities of a type by any channel. Queries: 1."""
    told_by = [kind for kind in kinds().values() if activity_type in kind.types]
    choices = choices_of([member.pk for member in members])
    return {
        member.pk
        for member in members
        if any(choices.wants(member, kind, channel) for kind in told_by for channel in Channel.values)
    }


def preference_of(member: Member) -> Preference:
    """Return the member's preferences; what holds for them by default where they have none. Queries: 1."""
    return Preference.objects.filter(member=member).first() or preference_default(member)


def preference_default(member: Member) -> Preference:
    """Return the preferences of a member who chose nothing: colleagues, who are here anyway, get no digest."""
    often = Preference.Digest.NEVER if member.is_staff else Preference.Digest.WEEKLY
    made = Preference(member=member, digest=often)
    made.next_digest_at = digest_after(made, member)
    return made


def digest_after(preference: Preference, member: Member) -> datetime | None:
    """Return when the next digest of these preferences is due, counted from now."""
    return next_digest(
        timezone.now(),
        often=preference.digest,
        day=preference.digest_day,
        hour=preference.digest_hour,
        zone=member.time_zone,
    )


def address_returned(preference: Preference, member: Member) -> bool:
    """Tell whether mails to the member's present address came back."""
    return bool(preference.returned_address) and preference.returned_address == member.email


def mail_stopped(member: Member, thread: Thing) -> bool:
    """Tell whether the member wants no mail about the thread. Queries: 1."""
    return MailStop.objects.filter(member=member, thread_kind=thread[0], thread_id=thread[1]).exists()


def kinds_by_mail(member: Member) -> set[str]:
    """Return the kinds the member hears of by mail. Queries: 1."""
    chosen = choices_of([member.pk])
    return {kind.name for kind in kinds().values() if chosen.wants(member, kind, Channel.MAIL)}


def of_threads(threads: Collection[Thing], *, prefix: str = "thread") -> Q:
    """Return the filter for rows of any of these things, grouped by kind."""
    by_kind: dict[str, list[int]] = {}
    for kind, pk in threads:
        by_kind.setdefault(kind, []).append(pk)
    found = Q(pk__in=[])
    for kind, ids in by_kind.items():
        found |= Q(**{f"{prefix}_kind": kind, f"{prefix}_id__in": ids})
    return found
