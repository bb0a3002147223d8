"""What changes reputation: the ledger from activities, the totals from the ledger."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone, translation

from community.activity.handlers import ActivityView
from community.activity.log import record
from community.activity.models import Activity
from community.reputation.activities import LevelChanged
from community.reputation.locks import totals_lock
from community.reputation.models import LedgerEntry, Level, MemberTotal, ReputationRule
from community.reputation.rules import (
    ACTOR,
    DEFAULT_LEVELS,
    HIDING_TYPES,
    RESTORING_TYPES,
    RULES,
    rule_named,
    rules_by_type,
)

REPAIR_BATCH = 500
Thing = tuple[str, int]
"""Kind and id of a subject."""


@dataclass(frozen=True)
class _Undoing:
    """An activity of the log that takes back, hides or brings back what a thing earned."""

    id: int
    type: str
    actor_id: int | None
    occurred_at: datetime


def ledger_apply(batch: Sequence[ActivityView]) -> None:
    """Bring the ledger and the totals in line with the log, for the things this batch is about.

    Earnings are keyed by activity; whether they count is read from the log as it stands, and only a difference is
    written: so the same batch twice, or in another cut, gives the same ledger.

    Idempotent: yes. Queries: at most 13, however long the batch.
    """
    earned = _earnings_append(batch)
    undoing_types = {*HIDING_TYPES, *RESTORING_TYPES, *(rule.undone_by for rule in RULES if rule.undone_by)}
    touched = {_thing(view) for view in batch if view.type in undoing_types}
    changed = _differences_append(earned, touched)
    members = {entry.member_id for entry in earned} | changed
    if members:
        totals_recount(members)


def totals_recount(member_ids: Collection[int]) -> int:
    """Set points and level of these members to what the ledger adds up to; record each change of level.

    Returns: how many rows were wrong. Queries: 6 and 2 a change of level. Raises: nothing of its own.
    """
    rows = totals_lock(member_ids)
    sums: dict[int, int] = dict(
        LedgerEntry.objects.filter(member_id__in=member_ids).values_list("member_id").annotate(total=Sum("points"))
    )
    levels = list(Level.objects.all())
    wrong = []
    for member_id, row in rows.items():
        points = sums.get(member_id, 0)
        level = max((lv for lv in levels if lv.threshold <= points), key=lambda lv: lv.threshold, default=None)
        level_id = level.pk if level else None
        if (row.points, row.level_id) == (points, level_id):
            continue
        if row.level_id != level_id:
            _level_record(row, level_id, points, {level.pk: level.threshold for level in levels})
            row.level_id, row.level_since = level_id, timezone.now()
        row.points, row.changed_at = points, timezone.now()
        wrong.append(row)
    MemberTotal.objects.bulk_create(
        wrong,
        update_conflicts=True,
        unique_fields=["member"],
        update_fields=["points", "level", "level_since", "changed_at"],
    )
    return len(wrong)


def totals_repair() -> int:
    """Recount everybody the ledger or the cache knows, in small transactions. Returns: how many rows were wrong."""
    known = set(LedgerEntry.objects.values_list("member_id", flat=True).distinct())
    known |= set(MemberTotal.objects.values_list("member_id", flat=True))
    ordered = sorted(known)
    wrong = 0
    for start in range(0, len(ordered), REPAIR_BATCH):
        with transaction.atomic():
            wrong += totals_recount(ordered[start : start + REPAIR_BATCH])
    return wrong


def defaults_ensure() -> None:
    """Add the rules and levels we ship where they are missing; never touch what an administrator changed.

    Idempotent: yes. Queries: 3.
    """
    ReputationRule.objects.bulk_create(
        [
            ReputationRule(
                activity_type=rule.type,
                author_points=rule.author_points,
                actor_points=rule.actor_points,
                daily_cap=rule.daily_cap,
                enabled=rule.enabled,
            )
            for rule in RULES
        ],
        ignore_conflicts=True,
    )
    if not Level.objects.exists():
        with translation.override("en"):
            Level.objects.bulk_create([Level(name=str(name), threshold=points) for name, points in DEFAULT_LEVELS])


def _earnings_append(batch: Sequence[ActivityView]) -> list[LedgerEntry]:
    """Write the earnings of the batch that are not in the ledger yet, limits applied. Queries: 4."""
    earning = [view for view in batch if view.type in rules_by_type]
    if not earning:
        return []
    numbers = {row.activity_type: row for row in ReputationRule.objects.filter(enabled=True)}
    wanted = [entry for view in earning if (row := numbers.get(view.type)) for entry in _earnings_of(view, row)]
    if not wanted:
        return []
    known = set(
        LedgerEntry.objects.filter(activity__in=[view.id for view in earning], reverses__isnull=True).values_list(
            "activity_id", "rule", "member_id"
        )
    )
    fresh = [entry for entry in wanted if (entry.activity_id, entry.rule, entry.member_id) not in known]
    _limits_apply(fresh, numbers)
    return LedgerEntry.objects.bulk_create(fresh)


def _earnings_of(view: ActivityView, numbers: ReputationRule) -> list[LedgerEntry]:
    """Build what one activity earns, before limits."""
    rule = rules_by_type[view.type]
    author_id = view.payload.author_id
    asker_id = getattr(view.payload, "asker_id", None)
    own = author_id in (view.actor_id, asker_id)
    if author_id is None or (own and not rule.pays_self):
        return []
    gains = [(view.type, author_id, view.actor_id, numbers.author_points)]
    if view.actor_id is not None and not own and asker_id in (None, view.actor_id):
        gains.append((view.type + ACTOR, view.actor_id, author_id, numbers.actor_points))
    return [
        LedgerEntry(
            activity_id=view.id,
            rule=name,
            member_id=member_id,
            giver_id=giver_id,
            subject_kind=view.subject_kind,
            subject_id=view.subject_id,
            points=points,
            occurred_at=view.occurred_at,
        )
        for name, member_id, giver_id, points in gains
        if points
    ]


def _limits_apply(fresh: list[LedgerEntry], numbers: Mapping[str, ReputationRule]) -> None:
    """Lower the points of `fresh` to what each pair has left of its day, oldest first.

    The limit counts things, each with the points it first got that day: taking back and giving again on the same thing
    restores exactly, and doing so all day earns no more.
    """
    limited = [entry for entry in fresh if _cap(entry, numbers) is not None]
    if not limited:
        return
    given: dict[tuple[str, int, int | None, date], dict[Thing, int]] = defaultdict(dict)
    since = min(entry.occurred_at for entry in limited).replace(hour=0, minute=0, second=0, microsecond=0)
    earlier = LedgerEntry.objects.filter(
        member__in={entry.member_id for entry in limited},
        rule__in={entry.rule for entry in limited},
        occurred_at__gte=since,
        reverses__isnull=True,
    ).order_by("activity_id")
    for entry in earlier:
        given[_pair(entry)].setdefault((entry.subject_kind, entry.subject_id), entry.points)
    for entry in limited:
        things = given[_pair(entry)]
        thing = (entry.subject_kind, entry.subject_id)
        if thing not in things:
            left = max((_cap(entry, numbers) or 0) - sum(map(abs, things.values())), 0)
            things[thing] = max(min(entry.points, left), -left)
        entry.points = things[thing]


def _differences_append(earned: Collection[LedgerEntry], touched: set[Thing]) -> set[int]:
    """Write what the log says against earnings, new or of `touched` things. Queries: 4.

    Returns: the members concerned.
    """
    roots = {entry.pk: entry for entry in earned}
    now: dict[int, int] = {entry.pk: entry.points for entry in earned}
    if touched:
        entries = LedgerEntry.objects.filter(
            subject_kind__in={kind for kind, _ in touched}, subject_id__in={pk for _, pk in touched}
        )
        for entry in entries.order_by("pk"):
            root_id = entry.reverses_id or entry.pk
            if entry.reverses_id is None:
                roots[entry.pk] = entry
            if entry.reverses_id is not None or entry.pk not in now:
                now[root_id] = now.get(root_id, 0) + entry.points
    undoings = _undoings_read({(root.subject_kind, root.subject_id) for root in roots.values()})
    changes = []
    for root in roots.values():
        cause, counts = _verdict(root, undoings.get((root.subject_kind, root.subject_id), ()))
        difference = (root.points if counts else 0) - now[root.pk]
        if difference and cause:
            changes.append(_change_of(root, cause, difference))
    LedgerEntry.objects.bulk_create(changes)
    return {entry.member_id for entry in changes}


def _undoings_read(things: set[Thing]) -> dict[Thing, list[_Undoing]]:
    """Return what in the log speaks against the earnings of these things, oldest first. Queries: 1."""
    types = {*HIDING_TYPES, *RESTORING_TYPES, *(rule.undone_by for rule in RULES if rule.undone_by)}
    rows = (
        Activity.objects.filter(
            subject_kind__in={kind for kind, _ in things}, subject_id__in={pk for _, pk in things}, type__in=types
        )
        .order_by("id")
        .values_list("subject_kind", "subject_id", "id", "type", "actor_id", "occurred_at")
    )
    found: dict[Thing, list[_Undoing]] = defaultdict(list)
    for kind, subject_id, activity_id, type_name, actor_id, at in rows if things else ():
        found[(kind, subject_id)].append(_Undoing(activity_id, type_name, actor_id, at))
    return found


def _verdict(root: LedgerEntry, undoings: Sequence[_Undoing]) -> tuple[_Undoing | None, bool]:
    """Tell which activity decided last about an earning, and whether the earning counts."""
    rule = rule_named(root.rule)
    cause, taken, hidden = None, False, False
    for undoing in undoings:
        if undoing.type in HIDING_TYPES or undoing.type in RESTORING_TYPES:
            cause, hidden = undoing, undoing.type in HIDING_TYPES
        elif rule and undoing.type == rule.undone_by and undoing.id > root.activity_id:
            by_other = rule.undone_by_actor and undoing.actor_id not in (root.giver_id, root.member_id)
            if not by_other:
                cause, taken = undoing, True
    return cause, not taken and not hidden


def _change_of(root: LedgerEntry, cause: _Undoing, points: int) -> LedgerEntry:
    return LedgerEntry(
        activity_id=cause.id,
        rule=root.rule,
        member_id=root.member_id,
        giver_id=root.giver_id,
        subject_kind=root.subject_kind,
        subject_id=root.subject_id,
        points=points,
        reverses=root,
        occurred_at=cause.occurred_at,
    )


def _level_record(row: MemberTotal, level_id: int | None, points: int, thresholds: Mapping[int, int]) -> None:
    """Record that a member changed level; who had none yet stood on the lowest one."""
    previous_id = row.level_id or min(thresholds, key=thresholds.__getitem__, default=None)
    if level_id is None or previous_id == level_id:
        return
    rose = previous_id is None or thresholds[level_id] > thresholds.get(previous_id, 0)
    record(
        LevelChanged(level_id=level_id, previous_level_id=previous_id, points=points, rose=rose),
        subject_id=row.member_id,
        actor_id=None,
        origin="system",
    )


def _cap(entry: LedgerEntry, numbers: Mapping[str, ReputationRule]) -> int | None:
    return numbers[entry.rule.removesuffix(ACTOR)].daily_cap


def _pair(entry: LedgerEntry) -> tuple[str, int, int | None, date]:
    return entry.rule, entry.member_id, entry.giver_id, entry.occurred_at.date()


def _thing(view: ActivityView) -> Thing:
    return view.subject_kind, view.subject_id
