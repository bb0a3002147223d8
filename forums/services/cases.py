"""Handing a question to support, and what the CRM says of it afterwards."""

from django.db import transaction
from django.utils import timezone

from community.activity.contracts import RemoteChange
from community.activity.log import record
from community.members.models import Member
from forums.activities import CaseChanged, QuestionEscalated
from forums.locks import topic_lock
from forums.models import Topic, TopicCase, Visibility
from forums.permissions import question_escalate_check
from forums.services.counters import topic_state_now
from forums.states import WAITS, State


def question_escalate(*, member: Member, topic_id: int, origin: str = "web") -> Topic:
    """Hand a question to support, by an agent: a case is wanted. Raises: Topic.DoesNotExist, Denied. Queries: 4."""
    with transaction.atomic():
        topic = topic_lock(topic_id)
        question_escalate_check(member, topic)
        _hand_over(topic, actor_id=member.pk, origin=origin)
    return topic


def question_hand_over(*, topic_id: int, actor_id: int | None, origin: str = "system") -> bool:
    """Hand a question to support, by a rule that has checked.

    Returns: False when there is nothing to hand over: with support already, solved, hidden, or a discussion.
    Raises: Topic.DoesNotExist. Idempotent: yes. Queries: 4.
    """
    with transaction.atomic():
        topic = topic_lock(topic_id)
        if State(topic.state) not in WAITS or topic.visibility != Visibility.VISIBLE:
            return False
        _hand_over(topic, actor_id=actor_id, origin=origin)
    return True


def _hand_over(topic: Topic, *, actor_id: int | None, origin: str) -> None:
    topic.escalated_at = timezone.now()
    topic.state = topic_state_now(topic)
    topic.save(update_fields=["escalated_at", "state"])
    payload = QuestionEscalated(category_id=topic.category_id, author_id=topic.author_id)
    record(payload, subject_id=topic.pk, actor_id=actor_id, origin=origin)


def case_apply(change: RemoteChange) -> bool:
    """Store what a CRM says about the case of a question; the accepted answer stays whatever it says.

    Returns: whether state or reference changed; then `forums.case_changed` is recorded.
    Raises: LookupError when the topic is gone; ValueError for a state we do not know.
    Idempotent: yes; an older change than the one stored is ignored. Queries: 5 or less.
    """
    with transaction.atomic():
        try:
            topic = topic_lock(change.subject_id)
        except Topic.DoesNotExist as gone:
            raise LookupError(f"topic {change.subject_id} is gone") from gone
        case = TopicCase.objects.filter(topic=topic, connection_id=change.connection_id).first()
        if case and case.as_of > change.changed_at:
            return False
        case = case or TopicCase(topic=topic, connection_id=change.connection_id)
        before = (case.pk, case.state, case.reference)
        case.system, case.as_of = change.system, change.changed_at
        case.state = TopicCase.CaseState(change.fields.get("case_state", case.state)).value
        case.reference = change.fields.get("case_reference", case.reference)
        case.save()
        changed = before != (case.pk, case.state, case.reference)
        if changed:
            payload = CaseChanged(connection_id=change.connection_id, state=case.state)
            origin = f"crm:{change.connection_id}"
            record(payload, subject_id=topic.pk, actor_id=None, origin=origin, occurred_at=change.changed_at)
    return changed
