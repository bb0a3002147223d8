"""From the log to notices: who is told of what, by what. Runs in the handler's transaction."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.utils import timezone

from community.activity.handlers import ActivityView
from community.members.audience import tokens_load
from community.members.models import Member
from community.notifications.kinds import kinds
from community.notifications.kinds.base import Facts, Kind, Notice, Thing
from community.notifications.models import Channel, Notification, Preference
from community.notifications.selectors.choices import Choices, choices_of, of_threads, preference_default
from community.notifications.selectors.things import Things, things_of
from community.notifications.services.gathering import mails_gather
from community.notifications.services.ringing import bells_ring

STALE = timedelta(days=14)
"""What happened longer ago is history (an import, a replay), not news."""
_CHUNK = 500


def notices_write(batch: Sequence[ActivityView], *, by_mail: bool = True) -> None:
    """Tell whom these activities concern. Idempotent: yes, by activity and member. Queries: constant, by chunks.

    Args:
        by_mail: False for a seed: nobody is mailed what never happened.
    """
    fresh = [view for view in batch if view.occurred_at > timezone.now() - STALE]
    if not fresh:
        return
    wanted = _not_told(list(_proposed(fresh)))
    if not wanted:
        return
    ids = {notice.member_id for notice in wanted}
    members = Member.objects.active().joined().with_ids(ids).in_bulk()
    tokens_load(members.values())
    things = things_of({thing for notice in wanted for thing in (notice.subject, notice.thread)})
    choices = choices_of(members.keys())
    chosen: dict[tuple[int, int], Notification] = {}
    heard: set[tuple[int, Thing]] = set()
    for notice in sorted(wanted, key=_is_edit):
        key, about = (notice.member_id, notice.activity.id), (notice.member_id, notice.subject)
        member = members.get(notice.member_id)
        if member is None or key in chosen or (_is_edit(notice) and about in heard):
            continue
        if _may_hear(member, notice, things) and (row := _row(member, notice, choices, things)):
            chosen[key] = row
            heard.add(about)
    rows = list(chosen.values())
    if not by_mail:
        for row in rows:
            row.by_mail = False
    _store(rows, members)


def _proposed(batch: Sequence[ActivityView]) -> Iterable[Notice]:
    """Ask every kind, the one with precedence first; leave out who acted and who muted the thread."""
    facts = Facts(batch)
    for kind in kinds().values():
        heard = [view for view in batch if view.type in kind.types and _origin_fits(kind, view)]
        for notice in kind.notices(heard, facts) if heard else ():
            if notice.member_id == notice.activity.actor_id and not kind.tells_actor:
                continue
            if kind.heeds_mute and _is_muted(notice, facts):
                continue
            yield notice


def _origin_fits(kind: Kind, view: ActivityView) -> bool:
    return kind.from_crm or not view.origin.startswith("crm:")


def _is_muted(notice: Notice, facts: Facts) -> bool:
    followers = facts.followers_of(notice.thread)
    return any(row.member_id == notice.member_id and row.level == "muted" for row in followers)


def _is_edit(notice: Notice) -> bool:
    return notice.activity.type.endswith("_edited")


def _not_told(notices: list[Notice]) -> list[Notice]:
    """Leave out what members were told before: of the activity; by an edit, of the post. Queries: 2."""
    told = set(
        Notification.objects.filter(activity_id__in={notice.activity.id for notice in notices}).values_list(
            "member_id", "activity_id"
        )
    )
    edited = {notice.subject for notice in notices if _is_edit(notice)}
    heard = set(
        Notification.objects.filter(of_threads(edited, prefix="subject")).values_list(
            "member_id", "subject_kind", "subject_id"
        )
        if edited
        else ()
    )
    return [
        notice
        for notice in notices
        if (notice.member_id, notice.activity.id) not in told
        and not (notice.subject in edited and (notice.member_id, *notice.subject) in heard)
    ]


def _may_hear(member: Member, notice: Notice, things: Things) -> bool:
    card = things.cards.get(notice.subject)
    if card is None or not notice.kind.holds(card):
        return False
    hidden = notice.kind.may_be_hidden
    return all(things.seen_by(member, thing, may_be_hidden=hidden) for thing in {notice.subject, notice.thread})


def _row(member: Member, notice: Notice, choices: Choices, things: Things) -> Notification | None:
    """Return the row to store; None for a kind the member hears of by nothing."""
    kind, view = notice.kind, notice.activity
    on_site = choices.wants(member, kind, Channel.SITE)
    by_mail = choices.wants(member, kind, Channel.MAIL)
    if not on_site and not by_mail:
        return None
    return Notification(
        member=member,
        kind=kind.name,
        names_you=kind.group.value == "names_you",
        on_site=on_site,
        activity_id=view.id,
        actor_id=view.actor_id,
        subject_kind=notice.subject[0],
        subject_id=notice.subject[1],
        thread_kind=notice.thread[0],
        thread_id=notice.thread[1],
        site_id=things.cards[notice.subject].site_id,
        number=notice.number,
        detail=notice.detail,
        created_at=view.occurred_at,
        by_mail=by_mail,
    )


def _store(rows: list[Notification], members: dict[int, Member]) -> None:
    if not rows:
        return
    rows.sort(key=lambda row: (row.activity_id, row.member_id))
    Notification.objects.bulk_create(rows, batch_size=_CHUNK, ignore_conflicts=True)
    known = set(
        Preference.objects.filter(member_id__in={row.member_id for row in rows}).values_list("member_id", flat=True)
    )
    fresh = sorted({row.member_id for row in rows} - known)
    made = [preference_default(members[member_id]) for member_id in fresh]
    Preference.objects.bulk_create(made, batch_size=_CHUNK, ignore_conflicts=True)
    bells_ring(row.member_id for row in rows if row.on_site and row.names_you)
    mails_gather((row.member_id, (row.thread_kind, row.thread_id)) for row in rows if row.by_mail)


RECHECKED = (
    "forums.post_hidden",
    "forums.post_deleted",
    "forums.post_restored",
    "forums.answer_accepted",
    "forums.answer_unaccepted",
    "ideas.idea_hidden",
    "ideas.idea_deleted",
    "ideas.idea_restored",
    "ideas.comment_hidden",
    "ideas.comment_deleted",
    "ideas.comment_restored",
)
"""After these a notice may no longer be true, or be true again."""


def notices_recheck(batch: Sequence[ActivityView]) -> None:
    """Withdraw, or bring back, what was told of the things these activities speak of. Idempotent: yes, recomputed."""
    subjects = {(view.subject_kind, view.subject_id) for view in batch if view.type in RECHECKED}
    threads = {
        ("forums.topic", view.payload.topic_id)
        for view in batch
        if view.type.startswith("forums.") and view.type in RECHECKED and getattr(view.payload, "number", 0) == 1
    }
    threads |= {subject for subject in subjects if subject[0] == "ideas.idea"}
    if not subjects:
        return
    found = of_threads(subjects, prefix="subject") | of_threads(threads)
    fields = ("pk", "member_id", "kind", "withdrawn", "subject_kind", "subject_id", "thread_kind", "thread_id")
    rows = list(Notification.objects.filter(found).values_list(*fields))
    things = things_of({tuple(row[4:6]) for row in rows} | {tuple(row[6:8]) for row in rows})
    moved: dict[bool, list[int]] = {True: [], False: []}
    concerned: set[int] = set()
    for pk, member_id, kind, withdrawn, *ids in rows:
        gone = not _stands(kinds().get(kind), (ids[0], ids[1]), (ids[2], ids[3]), things)
        if gone != withdrawn:
            moved[gone].append(pk)
            concerned.add(member_id)
    for gone, pks in moved.items():
        for start in range(0, len(pks), _CHUNK):
            Notification.objects.filter(pk__in=pks[start : start + _CHUNK]).update(withdrawn=gone)
    bells_ring(concerned)


def _stands(kind: Kind | None, subject: tuple[str, int], thread: tuple[str, int], things: Things) -> bool:
    card = things.cards.get(subject)
    if kind is None or card is None or not kind.holds(card):
        return False
    return kind.may_be_hidden or {subject, thread} <= things.shown
