"""What a member wants to hear of, by what, and when."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from community.members.models import Member
from community.notifications.kinds import kinds
from community.notifications.kinds.base import Thing
from community.notifications.models import Channel, Choice, MailStop, Preference
from community.notifications.selectors.choices import digest_after, preference_default
from community.notifications.tokens import StopToken


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When mails may come."""

    mails: bool = True
    digest: str
    digest_day: int = 0
    digest_hour: int = 8
    quiet_from: int | None = None
    quiet_until: int | None = None


def preference_lock(member: Member) -> Preference:
    """Return the member's row, locked, made where there is none. In the caller's transaction. Queries: 1 or 2."""
    made = preference_default(member)
    Preference.objects.bulk_create([made], ignore_conflicts=True)
    return Preference.objects.select_for_update().get(member=member)


def preferences_save(*, member: Member, schedule: Schedule, wanted: Mapping[tuple[str, str], bool]) -> None:
    """Store the settings page: the schedule, and the choices that differ from the defaults.

    Args:
        wanted: by kind and channel; those not named stay as they are.
    Idempotent: yes. Queries: 5 or less.
    """
    differing: list[Choice] = []
    usual: list[Choice] = []
    for (name, channel), on in wanted.items():
        kind = kinds().get(name)
        if kind is None or channel not in Channel.values or (channel == Channel.SITE and kind.site_fixed):
            continue
        row = Choice(member=member, kind=name, channel=channel, on=on)
        (usual if on == kind.on_by_default(channel, is_staff=member.is_staff) else differing).append(row)
    with transaction.atomic():
        row_of_member = preference_lock(member)
        for name in ("mails", "digest", "digest_day", "digest_hour", "quiet_from", "quiet_until"):
            setattr(row_of_member, name, getattr(schedule, name))
        row_of_member.next_digest_at = digest_after(row_of_member, member)
        row_of_member.save()
        for row in usual:
            Choice.objects.filter(member=member, kind=row.kind, channel=row.channel).delete()
        Choice.objects.bulk_create(
            differing, update_conflicts=True, unique_fields=["member", "kind", "channel"], update_fields=["on"]
        )


def mail_stop(*, member_id: int, thread: Thing, stopped: bool) -> None:
    """Stop mails about a thread, or let them come again. Idempotent: yes. Queries: 1."""
    if stopped:
        row = MailStop(member_id=member_id, thread_kind=thread[0], thread_id=thread[1])
        MailStop.objects.bulk_create([row], ignore_conflicts=True)
    else:
        MailStop.objects.filter(member_id=member_id, thread_kind=thread[0], thread_id=thread[1]).delete()


def kind_mail_set(*, member: Member, kind: str, on: bool) -> None:
    """Choose mail, or none, for one kind. Raises: LookupError for an unknown kind. Idempotent: yes. Queries: 1."""
    row = Choice(member=member, kind=kinds()[kind].name, channel=Channel.MAIL, on=on)
    Choice.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["member", "kind", "channel"], update_fields=["on"]
    )


def mails_set(*, member: Member, on: bool) -> None:
    """Send the member mails, or none but those about their account. Idempotent: yes. Queries: 3."""
    with transaction.atomic():
        row = preference_lock(member)
        row.mails = on
        row.save(update_fields=["mails"])


def digest_set(*, member: Member, on: bool) -> None:
    """Send the member a weekly digest, or none. Idempotent: yes. Queries: 3."""
    with transaction.atomic():
        row = preference_lock(member)
        if on == (row.digest != Preference.Digest.NEVER):
            return
        row.digest = Preference.Digest.WEEKLY if on else Preference.Digest.NEVER
        row.next_digest_at = digest_after(row, member)
        row.save(update_fields=["digest", "next_digest_at"])


def address_came_back(*, member: Member, address: str, code: str) -> None:
    """Stop all notices by mail to an address that does not exist; another address starts afresh. Queries: 3."""
    with transaction.atomic():
        row = preference_lock(member)
        row.returned_address, row.returned_code, row.returned_at = address, code[:40], timezone.now()
        row.save(update_fields=["returned_address", "returned_code", "returned_at"])


def address_retry(*, member: Member) -> None:
    """Let mails go to the address again. Idempotent: yes. Queries: 1."""
    Preference.objects.filter(member=member).update(returned_address="", returned_code="", returned_at=None)


def mails_stop_by_token(token: StopToken, *, stopped: bool) -> None:
    """Do what a mail's link says; for a member who is gone there is nothing to do. Idempotent: yes. Queries: 4."""
    member = Member.objects.filter(pk=token.member_id).exclude(state=Member.State.ERASED).first()
    if member is None:
        return
    if token.what == "thread":
        mail_stop(member_id=member.pk, thread=(token.key, token.id), stopped=stopped)
    elif token.what == "kind" and token.key in kinds():
        kind_mail_set(member=member, kind=token.key, on=not stopped)
    elif token.what == "digest":
        digest_set(member=member, on=not stopped)
    elif token.what == "all":
        mails_set(member=member, on=not stopped)
