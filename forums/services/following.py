"""What a member has read, and how closely they follow a topic."""

from django.db import transaction
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from community.activity.log import record
from community.members.models import Member
from forums.activities import TopicFollowed, TopicUnfollowed
from forums.locks import topic_lock
from forums.models import Topic, TopicMember
from forums.permissions import topic_follow_check, topic_view_check

Level = TopicMember.Level
Reason = TopicMember.Reason


def _number(number: int) -> Value:
    return Value(number, output_field=TopicMember._meta.get_field("last_read"))


def _level(level: int) -> Value:
    return Value(level, output_field=TopicMember._meta.get_field("level"))


def topic_follow(*, member: Member, topic_id: int, level: int, origin: str = "web") -> TopicMember:
    """Set how closely `member` follows the topic, by their own choice.

    Raises: Topic.DoesNotExist, Denied; ValueError for an unknown level. Idempotent: yes. Queries: 6 or less.
    """
    level = Level(level)
    with transaction.atomic():
        topic = topic_lock(topic_id)
        topic_follow_check(member, topic)
        row = TopicMember.objects.filter(topic=topic, member=member).first()
        followed = row is not None and row.level >= Level.TRACKING
        row = row or TopicMember(topic=topic, member=member)
        row.level, row.reason = level, Reason.CHOSEN
        row.save()
        if followed != (level >= Level.TRACKING):
            payload = TopicUnfollowed(level=level) if followed else TopicFollowed(level=level)
            record(payload, subject_id=topic.pk, actor_id=member.pk, origin=origin)
    return row


def follow_automatically(topic_id: int, member_id: int, *, level: int, reason: str, read_to: int = 0) -> None:
    """Raise a member's level to `level` because of `reason`, unless they chose one themselves. Queries: 1 or 2.

    Args:
        read_to: highest post number they have read by the same act; 0 for none.
    """
    yields = ~Q(reason=Reason.CHOSEN) & Q(level__lt=level)
    changed = TopicMember.objects.filter(topic_id=topic_id, member_id=member_id).update(
        reason=Case(When(yields, then=Value(reason)), default=F("reason")),
        level=Case(When(yields, then=_level(level)), default=F("level")),
        last_read=Greatest(F("last_read"), _number(read_to)),
    )
    if not changed:
        row = TopicMember(
            topic_id=topic_id,
            member_id=member_id,
            level=level,
            reason=reason,
            last_read=read_to,
            read_at=timezone.now(),
        )
        TopicMember.objects.bulk_create([row], ignore_conflicts=True)


def follow_withdraw(topic_id: int, member_id: int, *, reason: str) -> None:
    """Go back to normal where `reason`, now gone, was why the member followed. Queries: 1."""
    TopicMember.objects.filter(topic_id=topic_id, member_id=member_id, reason=reason).update(
        level=Level.NORMAL, reason=Reason.NONE
    )


def topic_read_to(*, member: Member, topic_id: int, number: int) -> None:
    """Remember that `member` has read the topic up to post `number`; never moves back, whatever order packets come in.

    Who opened the topic before is not checked again: the mark is theirs alone.

    Raises: Topic.DoesNotExist, Denied. Idempotent: yes. Queries: 1, the first time 3.
    """
    now = timezone.now()
    end = Topic.objects.filter(pk=OuterRef("topic_id")).values("highest_number")
    rows = TopicMember.objects.filter(topic_id=topic_id, member=member)
    reached = Greatest(F("last_read"), Least(_number(max(0, number)), Subquery(end)))
    if rows.update(last_read=reached, read_at=now):
        return
    topic = Topic.objects.select_related("category").get(pk=topic_id)
    topic_view_check(member, topic)
    last_read = max(0, min(number, topic.highest_number))
    row = TopicMember(topic_id=topic_id, member=member, last_read=last_read, read_at=now)
    TopicMember.objects.bulk_create([row], ignore_conflicts=True)


def topics_read_all(*, member: Member, topic_ids: list[int]) -> None:
    """Remember that `member` has read these topics to their ends; those they may not see are left out. Queries: 3."""
    ends = dict(Topic.objects.visible_to(member).filter(pk__in=topic_ids).values_list("pk", "highest_number"))
    now = timezone.now()
    with transaction.atomic():
        TopicMember.objects.bulk_create(
            (TopicMember(topic_id=pk, member=member, read_at=now) for pk in sorted(ends)), ignore_conflicts=True
        )
        last = Case(*(When(topic_id=pk, then=_number(end)) for pk, end in ends.items()), default=_number(0))
        if ends:
            rows = TopicMember.objects.filter(member=member, topic_id__in=ends)
            rows.update(last_read=Greatest(F("last_read"), last), read_at=now)
