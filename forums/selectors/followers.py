"""Whom a topic or a post concerns besides its author: for strangers, through the Subject."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from community.activity.subjects import Follower
from community.members.models import Member
from forums.models import TopicMember

MENTIONS = 10
"""How many members one text may name; further ones are links and no more."""
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


def members_mentioned(cooked: Mapping[int, str]) -> dict[int, frozenset[int]]:
    """Return the members that each cooked text (by post id) names, the first MENTIONS of them. Queries: 0 or 1."""
    pattern = _mention_pattern()
    handles = {pk: list(dict.fromkeys(pattern.findall(html)))[:MENTIONS] for pk, html in cooked.items()}
    wanted = {handle for named in handles.values() for handle in named}
    if not wanted:
        return {}
    ids = dict(Member.objects.joined().filter(handle__in=wanted).values_list("handle", "pk"))
    return {pk: frozenset(ids[handle] for handle in named if handle in ids) for pk, named in handles.items() if named}


def _mention_pattern() -> re.Pattern[str]:
    """Return what a mention looks like in cooked text: a link to a profile whose words are the handle with its @."""
    with override(settings.LANGUAGE_CODE):
        path = reverse("members:profile", args=["HANDLE"])
    before, after = path.split("HANDLE")
    return re.compile(rf'<a [^>]*href="{re.escape(before)}([-\w]+){re.escape(after)}"[^>]*>@\1</a>', re.IGNORECASE)
