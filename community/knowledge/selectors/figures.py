"""What readers said of an article, for the team."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from community.knowledge.models import HelpfulVote

PERIOD = timedelta(days=365)
TEXTS_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class HelpfulMonth:
    """What one month said."""

    first: date
    yes: int
    no: int

    @property
    def percent(self) -> int:
        """How many of a hundred it helped."""
        return round(100 * self.yes / (self.yes + self.no))


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why it did not help."""

    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Remark:
    """What a reader wrote."""

    text: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ArticleFigures:
    """All versions of an article over a year."""

    months: list[HelpfulMonth]
    """Newest first; those in which somebody said something."""
    reasons: list[Reason]
    remarks: list[Remark]


def article_figures(article_id: int) -> ArticleFigures:
    """Return the figures of an article. Queries: 3."""
    votes = HelpfulVote.objects.filter(article_id=article_id, at__gte=timezone.now() - PERIOD)
    helped = {"yes": Count("pk", filter=Q(helped=True)), "no": Count("pk", filter=Q(helped=False))}
    months: Any = votes.annotate(month=TruncMonth("at")).values_list("month").annotate(**helped)
    reasons: Any = votes.exclude(reason="").values_list("reason").annotate(count=Count("pk"))
    remarks = votes.exclude(text="").order_by("-at").values_list("text", "at")
    return ArticleFigures(
        months=[HelpfulMonth(first=at.date(), yes=yes, no=no) for at, yes, no in months.order_by("-month")],
        reasons=[
            Reason(label=str(HelpfulVote.Reason(name).label), count=count)
            for name, count in reasons.order_by("-count", "reason")
        ],
        remarks=[Remark(text=text, at=at) for text, at in remarks[:TEXTS_SHOWN]],
    )
