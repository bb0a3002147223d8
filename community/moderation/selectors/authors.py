"""What a moderator sees of an author: how long here, what they wrote, how earlier reviews ended."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import get_language_info

from community.members.contributions import contributions_of
from community.members.models import Member
from community.moderation.models import Decision, Flag
from community.moderation.reasons import reason_label

EARLIER = 5
TELLING = (
    Decision.Action.REJECT,
    Decision.Action.HIDE,
    Decision.Action.REVISE,
    Decision.Action.APPROVE,
    Decision.Action.WARN,
    Decision.Action.SUSPEND,
    Decision.Action.LIFT,
)


@dataclass(frozen=True, kw_only=True)
class EarlierDecision:
    """One thing that was decided about this author before."""

    label: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AuthorView:
    """The author of a thing under review."""

    id: int
    name: str
    handle: str
    avatar: str
    organisation: str
    url: str
    """Where they may be warned and suspended."""
    profile_url: str
    state: str
    joined_at: datetime | None
    posts: int
    accepted: int
    reported: int
    upheld: int
    language: str
    earlier: list[EarlierDecision]


def author_view(member: Member) -> AuthorView:
    """Return what is known of an author. Queries: 2 and those that count."""
    figures = contributions_of([member.pk])[member.pk]
    states = dict(
        Flag.objects.filter(review__author=member).values_list("state").annotate(count=Count("id")).order_by()
    )
    return AuthorView(
        id=member.pk,
        name=member.display_name,
        handle=member.handle,
        avatar=member.avatar,
        organisation=member.organisation,
        url=reverse("moderation:member", args=[member.handle]),
        profile_url=reverse("members:profile", args=[member.handle]),
        state=member.state,
        joined_at=member.joined_at,
        posts=figures.get("posts", 0),
        accepted=figures.get("accepted_answers", 0),
        reported=sum(states.values()),
        upheld=states.get(Flag.State.UPHELD, 0),
        language=get_language_info(member.language)["name_translated"],
        earlier=earlier_decisions(member, limit=EARLIER),
    )


def earlier_decisions(member: Member, *, limit: int) -> list[EarlierDecision]:
    """Return what was decided about a member and their things, newest first; nothing undone. Queries: 1."""
    made = Decision.objects.filter(author=member, action__in=TELLING, undone=None).select_related("actor")
    return [
        EarlierDecision(
            label=str(Decision.Action(one.action).label),
            reason=reason_label(one.reason),
            by=one.actor.display_name if one.actor else "",
            at=one.at,
        )
        for one in made.order_by("-at")[:limit]
    ]
