"""What a member sees of moderation, and what a moderator sees of a member."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404

from community.members.models import Member
from community.moderation.flagging import flaggable_thing
from community.moderation.models import Decision, Flag, Sanction
from community.moderation.reasons import TEMPLATES, reason_label, template_text
from community.moderation.selectors.authors import AuthorView, EarlierDecision, author_view, earlier_decisions
from community.moderation.things import cards_for, cards_of, in_language

SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class FlagPage:
    """What a report is about."""

    kind: str
    id: int
    title: str
    excerpt: str
    url: str
    before: Flag | None
    """The member's own report that still waits."""


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """A report the member made."""

    id: int
    title: str
    url: str
    reason: str
    text: str
    state: str
    label: str
    at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ToldRow:
    """Something moderators told the member."""

    id: int
    label: str
    title: str
    url: str
    message: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MyReports:
    """A member's own page of moderation."""

    reports: list[ReportRow]
    told: list[ToldRow]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A reason to choose with what the member would be told."""

    code: str
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class MemberPage:
    """A member as a moderator sees them."""

    member: Member
    author: AuthorView
    sanctions: list[Sanction]
    decisions: list[EarlierDecision]
    reasons: list[Reason]


def flag_page(member: Member, *, kind: str, subject_id: int) -> FlagPage:
    """Return what the member wants to report. Raises: Http404, Denied. Queries: about 8."""
    try:
        kind, subject_id, context = flaggable_thing(member=member, kind=kind, subject_id=subject_id)
    except LookupError:
        raise Http404 from None
    card = cards_of([(kind, subject_id)])[kind, subject_id]
    before = Flag.objects.waiting().filter(member=member, kind=kind, subject_id=subject_id).first()
    return FlagPage(
        kind=kind,
        id=subject_id,
        title=context.title,
        excerpt=card.excerpt,
        url=in_language(context.url),
        before=before,
    )


def my_reports(member: Member) -> MyReports:
    """Return the member's reports and what moderators told them, newest first. Queries: 2 and the kinds'."""
    flags = list(Flag.objects.filter(member=member).order_by("-id")[:SHOWN])
    told = Decision.objects.filter(author=member, told_at__isnull=False, undone=None, review__isnull=False).exclude(
        message=""
    )
    sanctions = Decision.objects.filter(author=member, kind="members.member", review=None).exclude(message="")
    rows = sorted([*told.order_by("-id")[:SHOWN], *sanctions.order_by("-id")[:SHOWN]], key=lambda row: -row.pk)
    things = [*((f.kind, f.subject_id) for f in flags), *((row.kind, row.subject_id) for row in rows)]
    cards = cards_for(member, things)
    return MyReports(
        reports=[_report(flag, cards.get((flag.kind, flag.subject_id))) for flag in flags],
        told=[
            ToldRow(
                id=row.pk,
                label=str(Decision.Action(row.action).label),
                title=_title(cards.get((row.kind, row.subject_id))) if row.review_id else "",
                url=_url(cards.get((row.kind, row.subject_id))),
                message=row.message,
                at=row.at,
            )
            for row in rows
        ],
    )


def _report(flag: Flag, card: Any) -> ReportRow:
    state = flag.state if flag.told_at else Flag.State.OPEN
    return ReportRow(
        id=flag.pk,
        title=_title(card),
        url=_url(card) if state != Flag.State.UPHELD else "",
        reason=str(Flag.Reason(flag.reason).label),
        text=flag.text,
        state=state,
        label=str(Flag.State(state).label),
        at=flag.created_at,
        settled_at=flag.settled_at if flag.told_at else None,
    )


def _title(card: Any) -> str:
    return card.title if card else ""


def _url(card: Any) -> str:
    return in_language(card.url) if card else ""


def member_page(handle: str) -> MemberPage:
    """Return a member with all that was decided about them. Raises: Http404. Queries: about 8."""
    member = Member.objects.joined().filter(handle=handle).first()
    if member is None:
        raise Http404
    return MemberPage(
        member=member,
        author=author_view(member),
        sanctions=list(Sanction.objects.filter(member=member).select_related("given_by").order_by("-id")[:SHOWN]),
        decisions=earlier_decisions(member, limit=SHOWN),
        reasons=[
            Reason(code=one.code, label=reason_label(one.code), text=template_text(one.code, member.language))
            for one in TEMPLATES
        ],
    )
