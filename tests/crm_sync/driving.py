"""Driving the sync by hand: things happen, everything due is sent, and what waits is made due."""

from typing import Any

from django.db import transaction

from community.activity.delivery import drain_activity
from community.activity.subjects import subject_of
from community.members.services import member_changed
from community.work.senders import senders
from crm_sync.models import Attempt, Connection, CrmDirty, CrmTimeline
from tests.factories.forums import TopicFactory


def make_due() -> None:
    """Let nothing wait: back-offs, gathering times, throttled connections."""
    CrmDirty.objects.filter(state="waiting").update(not_before=None)
    CrmTimeline.objects.filter(state="waiting").update(not_before=None)
    Connection.objects.update(wait_until=None)


def send_once() -> bool:
    """Let each sender take one turn, after making everything due; tell whether there was anything."""
    make_due()
    busy = [senders[name].run_once() for name in ("crm_sync.records", "crm_sync.timeline")]
    return any(busy)


def send_all(limit: int = 200) -> int:
    """Send until nothing is left; return the turns it took. Fails when something never leaves."""
    for turn in range(limit):
        if not send_once():
            return turn
    raise AssertionError(f"still something to send after {limit} turns: {list(CrmDirty.objects.values())[:3]}")


def escalated_topic(**values: Any) -> Any:
    """Ask a question and hand it to support."""
    topic = TopicFactory(**values)
    subject_of("forums.topic").escalate(topic.pk, actor_id=None)
    drain_activity()
    return topic


def touch(member: Any, *, fields: tuple[str, ...] = ("name",), origin: str = "web", **values: Any) -> None:
    """Change a member's row and tell the log, as the members' services do."""
    with transaction.atomic():
        type(member).objects.filter(pk=member.pk).update(**values) if values else None
        member_changed(member.pk, fields=fields, actor_id=member.pk, origin=origin)


def pushes() -> int:
    """Return how many writing calls were made."""
    return Attempt.objects.filter(operation="push").count()
