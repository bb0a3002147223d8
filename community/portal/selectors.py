"""What the home page and the index of the staff pages show."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from wagtail.models import Site

from community.activity.models import Delivery
from community.knowledge.selectors.pages import ArticleLine, articles_recent
from community.members.models import Member
from community.members.permissions import has_role
from community.portal.setup.progress import Checklist, checklist
from forums.models import Topic
from forums.selectors import home_blocks
from forums.selectors.home import HelpfulMember, WeekFigures
from forums.selectors.lists import CategoryCard
from forums.selectors.rows import TopicRow
from forums.states import State
from ideas.selectors.home import HotIdea, ideas_hot

COUNTED_TO = 999
"""Figures are counted up to here, so that no request counts a large table."""


@dataclass(frozen=True, kw_only=True)
class HomePage:
    """The home page of one viewer."""

    since: list[TopicRow]
    latest: list[TopicRow]
    beside: "Beside"


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What stands beside and below the topics; its HTML is made once for all who see the same of it."""

    week: WeekFigures
    most_helpful: list[HelpfulMember]
    waiting: list[TopicRow]
    ideas: list[HotIdea]
    articles: list[ArticleLine]
    categories: list[CategoryCard]
    signed_in: bool

    @property
    def newest_at(self) -> datetime:
        """When the youngest thing came of which the page says how long ago that was; long ago without any."""
        moments = [topic.asked_at for topic in self.waiting] + [article.at for article in self.articles]
        return max(moments, default=datetime(2000, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """How much of something waits, and since when."""

    count: int
    oldest_at: datetime | None = None

    @property
    def is_capped(self) -> bool:
        """Whether there may be more than `count`."""
        return self.count > COUNTED_TO

    @property
    def age_s(self) -> int:
        """Seconds since the oldest began to wait, 0 when nothing waits."""
        return round((timezone.now() - self.oldest_at).total_seconds()) if self.oldest_at else 0


@dataclass(frozen=True, kw_only=True)
class StaffPage:
    """What the team looks at first."""

    unanswered: Backlog
    escalated: Backlog
    deliveries: Backlog
    dead: Backlog
    checklist: Checklist | None
    """For administrators, until every step of set-up is done or put away."""


def home_page(*, site: Site, viewer: Any) -> HomePage:
    """Return the home page. Queries: those of `home_blocks`, `ideas_hot` and `articles_recent`."""
    forums = home_blocks(site=site, viewer=viewer)
    beside = Beside(
        week=forums.week,
        most_helpful=forums.most_helpful,
        waiting=forums.waiting,
        ideas=ideas_hot(site=site, viewer=viewer),
        articles=articles_recent(site=site, viewer=viewer),
        categories=forums.categories,
        signed_in=getattr(viewer, "is_authenticated", False),
    )
    return HomePage(since=forums.since, latest=forums.latest, beside=beside)


def staff_page(*, site: Site, viewer: Any) -> StaffPage:
    """Return the figures of the index, and how far set-up is. Queries: 8, administrators 10."""
    steps = checklist(site) if has_role(viewer, Member.Role.ADMINISTRATOR) else None
    topics = Topic.objects.filter(category__site=site, visibility="visible")
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    dead = Delivery.objects.filter(state=Delivery.State.DEAD)
    return StaffPage(
        unanswered=_backlog(topics.filter(state=State.NEW).order_by("asked_at"), "asked_at"),
        escalated=_backlog(topics.filter(state=State.ESCALATED).order_by("escalated_at"), "escalated_at"),
        deliveries=_backlog(waiting.order_by("id"), "activity__recorded_at"),
        dead=_backlog(dead.order_by("id"), "activity__recorded_at"),
        checklist=steps if steps and steps.is_open else None,
    )


def topic_to_write_up(topic_id: int, *, site: Site, viewer: Any) -> Topic | None:
    """Return a topic the viewer sees, with its accepted answer. Queries: 1."""
    topics = Topic.objects.visible_to(viewer).filter(pk=topic_id, site=site)
    topic: Topic | None = topics.select_related("accepted_post").first()
    return topic


def _backlog(rows: Any, since: str) -> Backlog:
    """Count `rows`, oldest first, up to the cap. Queries: 2."""
    count = rows.order_by()[: COUNTED_TO + 1].count()
    return Backlog(count=count, oldest_at=rows.values_list(since, flat=True).first() if count else None)
