"""Whom a topic or a post concerns besides its author: for strangers, through the Subject."""

from collections.abc import Iterable
from typing import Literal

from community.activity.subjects import Follower
from forums.models import TopicMember

_LEVELS: dict[int, Literal["muted", "tracking", "watching"]] = {
    TopicMember.Level.MUTED: "muted",
    TopicMember.Level.TRACKING: "tracking",
    TopicMember.Level.WATCHING: "watching",
}


def topic_followers(topic_ids: Iterable[int]) -> dict[int, list[Follower]]:
    """Return who mutes, tracks or watches each topic; those who only read it are left out. Queries: 1."""
    rows = TopicMember.objects.filter(topic_id__in=set(topic_ids), level__in=list(_LEVELS))
    found: dict[int, list[Follower]] = {}
    for topic_id, member_id, level, reason in rows.values_list("topic_id", "member_id", "level", "reason"):
        by_themselves = reason in ("", TopicMember.Reason.CHOSEN)
        follower = Follower(member_id=member_id, level=_LEVELS[level], reason="" if by_themselves else reason)
        found.setdefault(topic_id, []).append(follower)
    return found
