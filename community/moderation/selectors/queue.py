"""The review queue: one thing with all that helps to judge it, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Site

from community.activity.screening import FAILED
from community.activity.subjects import ReviewContext, subject_of
from community.members.models import Member
from community.moderation.differences import Difference, differences_of
from community.moderation.models import Decision, Flag, ModerationSettings, Review
from community.moderation.reasons import TEMPLATES, likely_reason, template_text
from community.moderation.rules import settings_of
from community.moderation.screens import screens
from community.moderation.selectors.authors import AuthorView, author_view
from community.moderation.selectors.waves import Wave, waves_of
from community.moderation.things import contexts_of, in_language
from community.moderation.undoing import UNDO_WITHIN

COUNTED_TO = 999
NEXT_ROWS = 5
SKIPPED_FOR = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Why:
    """One reason why a thing is in the queue."""

    label: str
    detail: str
    """What the screen looks for, or who reported and what they wrote."""
    by: str = ""
    """Who reported; empty for a screen."""
    weight: float | None = None


@dataclass(frozen=True, kw_only=True)
class Template:
    """A reason to choose, with what the author is told in their language."""

    code: str
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """The thing under review."""

    id: int
    context: ReviewContext
    url: str
    before: tuple[Any, ...]
    after: tuple[Any, ...]
    changes: list[Difference]
    opened_at: datetime
    is_late: bool
    score: float
    hide_score: float
    percent: int
    claimed_by: str
    """Who else is on it; empty when it is the viewer's."""
    claimed_until: datetime | None
    why: list[Why]
    author: AuthorView | None
    notes: list[Decision]
    templates: list[Template]
    likely: str
    language: str
    may_take_down: bool
    may_revise: bool


@dataclass(frozen=True, kw_only=True)
class NextRow:
    """A thing further down the queue."""

    id: int
    title: str
    why: str
    age_s: int
    target_s: int
    is_late: bool
    claimed_by: str
    html: str
    """Its text, so that the page can show it while the decision on the one before is on its way."""


@dataclass(frozen=True, kw_only=True)
class Undoable:
    """The viewer's last decision, while it can be undone."""

    batch: str
    action: str
    title: str
    count: int
    told: bool
    left_s: int


@dataclass(frozen=True, kw_only=True)
class Today:
    """What was decided since midnight."""

    decided: int
    mine: int
    median_s: int
    in_time: int
    undone: int


@dataclass(frozen=True, kw_only=True)
class QueuePage:
    """The queue as one moderator sees it."""

    waiting: int
    is_capped: bool
    oldest_s: int
    target_minutes: int
    item: ItemView | None
    place: int
    next: list[NextRow]
    skipped: int
    today: Today
    undo: Undoable | None
    waves: list[Wave]


def next_review_id(viewer: Member, *, site: Site, again: bool = False) -> int | None:
    """Return the oldest thing that is nobody else's; without `again` none the viewer skipped lately. Queries: 1."""
    now = timezone.now()
    free = Review.objects.waiting().of_site(site.pk).free_for(viewer.pk, now=now)
    if not again:
        free = free.exclude(Exists(_skips(viewer)))
    found: int | None = free.order_by("opened_at", "id").values_list("pk", flat=True).first()
    return found


def review_exists(review_id: int) -> bool:
    """Tell whether there is, or was, something under this number. Queries: 1."""
    return Review.objects.filter(pk=review_id).exists()


def review_url(review: Review) -> str:
    """Return the page of a thing in the queue."""
    return reverse("moderation:review", args=[review.pk])


def _skips(viewer: Member) -> Any:
    since = timezone.now() - SKIPPED_FOR
    return Decision.objects.filter(review=OuterRef("pk"), actor=viewer, action=Decision.Action.SKIP, at__gt=since)


def queue_page(viewer: Member, *, site: Site, review_id: int | None) -> QueuePage:
    """Return the queue with one thing open. Queries: 20 and those of the kinds in it.

    Args:
        review_id: what to open; None opens nothing.
    """
    waiting = Review.objects.waiting().of_site(site.pk)
    count = waiting.order_by()[: COUNTED_TO + 1].count()
    rows = waiting.annotate(skipped=Exists(_skips(viewer))).select_related("claimed_by", "author")
    first = list(rows.order_by("opened_at", "id")[: NEXT_ROWS + 1])
    review = next((row for row in first if row.pk == review_id), None)
    if review is None and review_id is not None:
        review = rows.filter(pk=review_id).first()
    others = [row for row in first if row.pk != review_id][:NEXT_ROWS]
    shown = [*([review] if review else []), *others]
    contexts = contexts_of((row.kind, row.subject_id) for row in shown)
    flags = list(Flag.objects.waiting().filter(review__in=shown).select_related("member").order_by("id"))
    settings = settings_of(site.pk)
    context = contexts.get((review.kind, review.subject_id)) if review else None
    return QueuePage(
        waiting=count,
        is_capped=count > COUNTED_TO,
        oldest_s=_age_s(first[0]) if first else 0,
        target_minutes=settings.target_minutes,
        item=_item(viewer, review, context, [f for f in flags if f.review_id == review.pk], settings)
        if review and context
        else None,
        place=first.index(review) + 1 if review in first else 0,
        next=[_next(viewer, row, contexts, flags) for row in others],
        skipped=sum(bool(row.skipped) for row in first),
        today=_today(viewer, site),
        undo=_undoable(viewer),
        waves=waves_of(site.pk),
    )


def _item(
    viewer: Member, review: Review, context: ReviewContext, flags: Sequence[Flag], settings: ModerationSettings
) -> ItemView:
    mine = review.claimed_by_id in (None, viewer.pk) or (review.claimed_until or timezone.now()) <= timezone.now()
    language = review.author.language if review.author else context.language
    commands = subject_of(review.kind).commands
    notes = Decision.objects.filter(review=review, action=Decision.Action.NOTE).select_related("actor")
    return ItemView(
        id=review.pk,
        context=context,
        url=in_language(context.url),
        before=context.before,
        after=context.after,
        changes=differences_of(context.changes),
        opened_at=review.opened_at,
        is_late=timezone.now() > review.due_at,
        score=review.score / 10,
        hide_score=settings.hide_score / 10,
        percent=min(100, round(100 * review.score / settings.hide_score)),
        claimed_by="" if mine or review.claimed_by is None else review.claimed_by.display_name,
        claimed_until=review.claimed_until,
        why=_why(review, flags),
        author=author_view(review.author) if review.author else None,
        notes=list(notes.order_by("id")),
        templates=[
            Template(code=one.code, label=str(one.label), text=template_text(one.code, language)) for one in TEMPLATES
        ],
        likely=likely_reason(review.reasons, [flag.reason for flag in flags]),
        language=language,
        may_take_down="hide" in commands,
        may_revise="revise" in commands and bool(context.raw),
    )


def _why(review: Review, flags: Sequence[Flag]) -> list[Why]:
    found = [
        Why(label=str(screens[code].label), detail=str(screens[code].meaning) % {"limit": screens[code].limit})
        for code in review.reasons
        if code in screens
    ]
    if FAILED in review.reasons:
        found.append(Why(label=_("Judging it failed, so that somebody has to look"), detail=""))
    return found + [
        Why(
            label=str(Flag.Reason(flag.reason).label),
            detail=flag.text,
            by=flag.member.display_name,
            weight=flag.weight / 10,
        )
        for flag in flags
    ]


def _next(viewer: Member, row: Review, contexts: Any, flags: Sequence[Flag]) -> NextRow:
    context = contexts.get((row.kind, row.subject_id))
    why = _why(row, [flag for flag in flags if flag.review_id == row.pk])
    busy = row.claimed_by_id not in (None, viewer.pk) and (row.claimed_until or timezone.now()) > timezone.now()
    return NextRow(
        id=row.pk,
        title=context.title if context else "–",
        why=why[0].label if why else "",
        age_s=_age_s(row),
        target_s=round((row.due_at - row.opened_at).total_seconds()),
        is_late=timezone.now() > row.due_at,
        claimed_by=row.claimed_by.display_name if busy and row.claimed_by else "",
        html=context.html if context else "",
    )


def _age_s(row: Review) -> int:
    return round((timezone.now() - row.opened_at).total_seconds())


def _today(viewer: Member, site: Site) -> Today:
    """Return the figures of the day. Queries: 2."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    settled = Review.objects.of_site(site.pk).filter(settled_at__gte=midnight)
    rows = list(settled.values_list("opened_at", "settled_at", "due_at")[:5_000])
    ages = [(end - start).total_seconds() for start, end, _due in rows]
    logged = Decision.objects.filter(at__gte=midnight, review__isnull=False).values_list("action", "actor_id")[:10_000]
    decisions = list(logged)
    judged = {Decision.Action.APPROVE, Decision.Action.REJECT, Decision.Action.HIDE, Decision.Action.REVISE}
    return Today(
        decided=len(rows),
        mine=sum(action in judged and actor == viewer.pk for action, actor in decisions),
        median_s=round(median(ages)) if ages else 0,
        in_time=sum(end <= due for _start, end, due in rows),
        undone=sum(action == Decision.Action.UNDO for action, _actor in decisions),
    )


def _undoable(viewer: Member) -> Undoable | None:
    """Return the last press of the viewer that can still be undone. Queries: 1, 2 and the kind's when there is one."""
    since = timezone.now() - UNDO_WITHIN
    made = Decision.objects.filter(actor=viewer, at__gt=since, undoes=None, undone=None).exclude(batch="")
    last = made.order_by("-pk").first()
    if last is None:
        return None
    context = contexts_of([(last.kind, last.subject_id)]).get((last.kind, last.subject_id))
    return Undoable(
        batch=last.batch,
        action=str(Decision.Action(last.action).label),
        title=context.title if context else "",
        count=made.filter(batch=last.batch).count(),
        told=bool(last.message),
        left_s=max(0, round((last.at - since).total_seconds())),
    )
