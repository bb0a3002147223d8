"""What waits for a moderator in the demo: texts that screening holds, a change, reports."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from community.activity.delivery import drain_activity
from community.members.models import Member
from community.moderation.models import HeldChange, Review
from community.moderation.services import flag_create
from community.portal.demo.content import DemoContent
from forums.models import Category, Post, Topic
from forums.services import post_edit, reply_create, topic_ask

ORIGIN = "seed"
TARGET = timedelta(hours=2)


def waiting_seed(content: DemoContent, members: Mapping[str, Member], categories: Mapping[str, Category]) -> None:
    """Write it as members would, and let it have waited for a while. Call once, when the rest is there."""
    for row in content.held:
        _age_set("forums.post", _held(row, members, categories).pk, row["age"])
    for row in content.changes:
        post = reply_create(
            member=members[row["by"]], topic_id=_topic(row).pk, body=row["before"].strip(), origin=ORIGIN
        )
        member = members[row["by"]]
        post_edit(member=member, post_id=post.pk, body=row["after"].strip(), edit_number=post.edit_number)
        change = HeldChange.objects.waiting().get(subject_id=post.pk)
        _age_set("moderation.heldchange", change.pk, row["age"])
    for row in content.reports:
        reported = Post.objects.filter(topic=_topic(row), author=members[row["of"]]).order_by("number")[0]
        flag_create(
            member=members[row["by"]],
            kind="forums.post",
            subject_id=reported.pk,
            reason=row["reason"],
            text=row.get("text", ""),
            origin=ORIGIN,
        )
        _age_set("forums.post", reported.pk, row["age"])


def _held(row: Mapping[str, Any], members: Mapping[str, Member], categories: Mapping[str, Category]) -> Post:
    """Write a text that is held; let the queue hear of it."""
    member, body, at = members[row["by"]], row["text"].strip(), timezone.now() - timedelta(minutes=row["age"])
    if "title" in row:
        category = categories[row["category"]]
        post = topic_ask(member=member, category=category, title=row["title"], body=body, occurred_at=at).posts.get()
    else:
        post = reply_create(member=member, topic_id=_topic(row).pk, body=body, occurred_at=at)
    drain_activity()
    return post


def _topic(row: Mapping[str, Any]) -> Topic:
    return Topic.objects.get(title=row["topic"])


def _age_set(kind: str, subject_id: int, minutes: float) -> None:
    """Let the review of a thing have been opened some minutes ago."""
    at = timezone.now() - timedelta(minutes=minutes)
    Review.objects.waiting().filter(kind=kind, subject_id=subject_id).update(opened_at=at, due_at=at + TARGET)
