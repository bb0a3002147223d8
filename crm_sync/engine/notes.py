"""Notes for timelines: what a member did, one activity at a time or one day at a time."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.activity.models import Activity
from community.activity.subjects import Card, subjects
from community.core.addresses import site_address
from community.work.outcomes import Dead, Done
from crm_sync.connectors.base import CONTACT, NOTE, Capabilities
from crm_sync.engine.packing import Intent, Item, Packed, Settlement, intent_of, links_of, waiting
from crm_sync.models import Connection, CrmTimeline, Link
from crm_sync.models.work import day_parts
from crm_sync.rendering import Rendered

FORGET_AFTER = timedelta(days=2)
"""How long a note waits for a contact that never comes."""
WORDS: dict[str, Any] = {
    "members.member_joined": _("Joined the community"),
    "forums.topic_asked": _("Asked a question"),
    "forums.topic_started": _("Started a discussion"),
    "forums.post_published": _("Replied"),
    "forums.answer_accepted": _("Accepted an answer"),
    "forums.same_problem_joined": _("Has the same problem"),
    "forums.question_escalated": _("A question went to support"),
    "ideas.idea_shared": _("Shared an idea"),
    "ideas.vote_cast": _("Voted for an idea"),
    "reputation.level_changed": _("Reached another level"),
}
"""What a timeline hears of, in words; a type absent here leaves no note."""
OPENING_POST = Q(type="forums.post_published", payload__number=1)
"""The question itself is no reply: `topic_asked` tells of it."""


def notes_pack(crm: Connection, capabilities: Capabilities, kind: str, items: Sequence[Item]) -> Packed:
    """Decide for each note what is to be done. Queries: constant."""
    mine = [item for item in items if isinstance(item, CrmTimeline)]
    if NOTE not in capabilities.kinds:
        return Packed([], [Settlement(item, Done()) for item in mine])
    links = links_of(crm, kind, [item.object_id for item in mine])
    contacts = links_of(crm, CONTACT, [item.contact_id for item in mine])
    rendered = _activities(mine) if kind == "activity" else _days(mine)
    intents: list[Intent] = []
    settled: list[Settlement] = []
    for item in mine:
        note, contact = rendered.get(item.object_id), contacts.get(item.contact_id)
        packed = _packed(crm, item, kind, note, links.get(item.object_id), contact)
        (intents if isinstance(packed, Intent) else settled).append(packed)  # type: ignore[arg-type]
    return Packed(intents, settled)


def _packed(
    crm: Connection, item: CrmTimeline, kind: str, note: Rendered | None, link: Link | None, contact: Link | None
) -> Intent | Settlement:
    if note is None or (contact is not None and contact.state in (Link.State.ERASED, Link.State.WITHHELD)):
        return Settlement(item, Done(), None, "unchanged")
    if contact is not None and contact.state in (Link.State.GONE, Link.State.CONFLICT):
        return Settlement(item, Dead(f"contact: {contact.state}"))
    if contact is None and timezone.now() - item.created_at > FORGET_AFTER:
        return Settlement(item, Done(), None, "unchanged")  # nobody the CRM may hear of: an unconfirmed sign-up
    if contact is None or contact.state != Link.State.LINKED:
        return waiting(item, CONTACT, item.contact_id, "waits for its contact")
    return intent_of(crm, item, link, kind, note, contact.remote_id)


def _activities(items: Sequence[CrmTimeline]) -> dict[int, Rendered]:
    rows = Activity.objects.filter(pk__in=[item.object_id for item in items], type__in=WORDS).exclude(OPENING_POST)
    activities = list(rows.values_list("pk", "type", "subject_kind", "subject_id", "occurred_at"))
    cards = _cards([(kind, subject_id) for _pk, _type, kind, subject_id, _at in activities])
    contact_of = {item.object_id: item.contact_id for item in items}
    rendered = {}
    for pk, type_name, kind, subject_id, at in activities:
        card = cards.get((kind, subject_id))
        text = str(WORDS[type_name])
        if card is not None and kind != "members.member":
            text = f"{text}: {card.title}"
        url = f"{site_address(card.site_id)}{card.url}" if card else ""
        rendered[pk] = Rendered({"text": text, "url": url, "occurred_at": at.isoformat()}, contact_of[pk])
    return rendered


def _cards(wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Card]:
    cards: dict[tuple[str, int], Card] = {}
    for kind in {kind for kind, _id in wanted} & subjects.keys():
        ids = [subject_id for of_kind, subject_id in wanted if of_kind == kind]
        cards |= {(kind, subject_id): card for subject_id, card in subjects[kind].cards(ids).items()}
    return cards


def _days(items: Sequence[CrmTimeline]) -> dict[int, Rendered]:
    """Count each member's day from the log itself, so that the figures are absolute whatever is replayed."""
    parts = {item.object_id: day_parts(item.object_id) for item in items}
    if not parts:
        return {}
    days = [day for _member, day in parts.values()]
    rows = Activity.objects.filter(
        actor_id__in={member_id for member_id, _day in parts.values()},
        type__in=WORDS,
        occurred_at__gte=_midnight(min(days)),
        occurred_at__lt=_midnight(max(days) + 1),
    ).exclude(OPENING_POST | Q(origin="import"))
    counts: dict[tuple[int, int], Counter[str]] = {}
    for member_id, type_name, at in rows.values_list("actor_id", "type", "occurred_at"):
        counts.setdefault((member_id or 0, at.astimezone(UTC).toordinal()), Counter())[type_name] += 1
    return {object_id: _day_rendered(part, counts[part]) for object_id, part in parts.items() if counts.get(part)}


def _day_rendered(part: tuple[int, int], counted: Counter[str]) -> Rendered:
    member_id, day = part
    lines = [f"{WORDS[name]}: {counted[name]}" for name in WORDS if counted[name]]
    at = _midnight(day) + timedelta(hours=12)
    text = f"{date.fromordinal(day).isoformat()}. " + "; ".join(lines)
    return Rendered({"text": text, "url": "", "occurred_at": at.isoformat()}, member_id)


def _midnight(day: int) -> datetime:
    return datetime.combine(date.fromordinal(day), datetime.min.time(), tzinfo=UTC)
