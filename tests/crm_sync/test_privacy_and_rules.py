"""Erasure and consent reach the CRM; the rule makes cases; credentials are sealed."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.utils import timezone

from community.activity.delivery import drain_activity
from community.activity.models import Activity
from community.activity.subjects import subject_of
from community.privacy.services import CRM_SYNC, consent_set, erase_member, export_member
from crm_sync.credentials import unseal
from crm_sync.models import (
    Attempt,
    Connection,
    CrmDirty,
    CrmTimeline,
    Link,
    Rule,
    SandboxCase,
    SandboxContact,
    SandboxNote,
)
from crm_sync.selectors import rule_preview
from crm_sync.services import connection_create, connection_fill, credentials_rotate, rule_enable, rules_run
from forums.models import Topic
from tests.crm_sync.driving import escalated_topic, make_due, send_all, send_once, touch
from tests.factories.crm_sync import ConnectionFactory
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


def aged(topic: Any, **age: float) -> Any:
    """Let a topic have been asked some time ago."""
    Topic.objects.filter(pk=topic.pk).update(asked_at=timezone.now() - timedelta(**age))
    return topic


def test_an_erased_member_is_overwritten_in_the_crm_with_all_of_their_cases() -> None:
    ConnectionFactory()
    topic = escalated_topic(author=MemberFactory(name="Ana Ruiz", email="ana@ostler.example"))
    send_all()

    erase_member(topic.author_id)
    drain_activity()
    send_all()

    contact = SandboxContact.objects.get(key__endswith=f":{topic.author_id}")
    assert (contact.name, contact.email, contact.facts, contact.is_active) == ("", "", {}, False)
    case = SandboxCase.objects.get()
    assert (case.subject, case.description) == ("A question in the community", "")


def test_after_an_erasure_no_record_of_a_call_names_the_person() -> None:
    ConnectionFactory(timeline_rule="raw")
    topic = escalated_topic(author=MemberFactory(name="Ana Ruiz", email="ana@ostler.example"))
    send_all()
    assert "Ana Ruiz" in str(list(Attempt.objects.values()))

    erase_member(topic.author_id)
    drain_activity()
    send_all()

    kept = (
        str(list(Attempt.objects.values())) + str(list(Link.objects.values())) + str(list(CrmTimeline.objects.values()))
    )
    assert "Ana" not in kept
    assert "ana@" not in kept


def test_an_erasure_overtakes_the_queue() -> None:
    ConnectionFactory()
    leaving, *others = MemberFactory.create_batch(5)
    touch(leaving)
    drain_activity()
    send_all()
    for member in others:
        touch(member)

    erase_member(leaving.pk)
    drain_activity()

    first = CrmDirty.objects.filter(kind="contact").order_by("priority", "id").first()
    assert first is not None
    assert first.object_id == leaving.pk


def test_a_member_erased_before_anything_was_sent_never_reaches_the_crm() -> None:
    ConnectionFactory()
    member = MemberFactory()
    touch(member)
    drain_activity()

    erase_member(member.pk)
    drain_activity()
    send_all()

    assert not SandboxContact.objects.exists()
    assert not Attempt.objects.exists()


def test_an_export_says_which_crm_holds_the_member() -> None:
    crm = ConnectionFactory()
    topic = escalated_topic()
    send_all()

    held = export_member(topic.author_id)["data"]["crm_sync"]

    named = {(record["system"], record["kind"]) for record in held["records"]}
    assert {(crm.name, "contact"), (crm.name, "case")} <= named


@pytest.mark.parametrize(
    ("basis", "answer", "goes"),
    [
        ("contract", None, True),
        ("contract", True, True),
        ("contract", False, False),
        ("consent", None, False),
        ("consent", True, True),
        ("consent", False, False),
    ],
)
def test_a_person_goes_only_on_the_connections_legal_basis_and_never_against_their_word(
    basis: str, answer: bool | None, goes: bool
) -> None:
    ConnectionFactory(legal_basis=basis)
    member = MemberFactory()
    if answer is not None:
        consent_set(member_id=member.pk, purpose=CRM_SYNC, given=answer)
    touch(member)

    drain_activity()
    send_all()

    assert SandboxContact.objects.exists() == goes


def test_the_case_of_a_person_who_said_no_goes_without_a_word_of_theirs() -> None:
    ConnectionFactory(legal_basis="consent")
    topic = escalated_topic()

    send_all()

    case = SandboxCase.objects.get()
    assert case.contact is None
    assert topic.title not in f"{case.subject} {case.description} {case.facts}".replace(case.facts["url"], "")
    assert not SandboxContact.objects.exists()


def test_a_consent_taken_back_takes_the_person_out_and_given_again_brings_them_back() -> None:
    ConnectionFactory(legal_basis="consent")
    member = MemberFactory(name="Ana Ruiz")
    consent_set(member_id=member.pk, purpose=CRM_SYNC, given=True)
    drain_activity()
    send_all()

    consent_set(member_id=member.pk, purpose=CRM_SYNC, given=False)
    drain_activity()
    send_all()
    taken_out = SandboxContact.objects.get()
    consent_set(member_id=member.pk, purpose=CRM_SYNC, given=True)
    drain_activity()
    send_all()

    back = SandboxContact.objects.get()
    assert (taken_out.name, taken_out.is_active) == ("", False)
    assert (back.pk, back.name, back.is_active) == (taken_out.pk, "Ana Ruiz", True)


def test_the_rule_takes_what_waited_too_long_and_the_askers_own_posts_are_no_answer() -> None:
    crm = ConnectionFactory()
    waiting, answered, fresh, alone = TopicFactory.create_batch(4)
    PostFactory(topic=answered)
    PostFactory(topic=alone, author=alone.author)
    for topic in (waiting, answered, alone):
        aged(topic, hours=30)
    rule = Rule.objects.create(connection=crm, hours=24)

    preview = rule_preview(rule)
    rule_enable(rule)
    taken = rules_run()
    drain_activity()
    send_all()

    assert preview.count == taken == 2
    assert {int(case.reference.rsplit(":")[-1]) for case in SandboxCase.objects.all()} == {waiting.pk, alone.pk}
    assert rules_run() == 0


def test_a_question_an_import_brought_is_as_old_as_when_it_was_asked() -> None:
    rule = Rule.objects.create(connection=ConnectionFactory(), hours=24)
    asked = {days: TopicFactory(origin="import", occurred_at=timezone.now() - timedelta(days=days)) for days in (2, 60)}
    TopicFactory(origin="import", occurred_at=timezone.now() - timedelta(hours=2))

    preview = rule_preview(rule)
    rule_enable(rule)

    assert (preview.oldest_ids, rules_run()) == ((asked[2].pk,), 1)
    asked[2].refresh_from_db()
    assert asked[2].state == "escalated"


def test_a_preview_changes_nothing_and_counts_the_chosen_period() -> None:
    crm = ConnectionFactory()
    aged(TopicFactory(), days=10)
    aged(TopicFactory(), days=60)
    rule = Rule(connection=crm, hours=24)

    counts = [rule_preview(rule, days=days).count for days in (5, 30, 90)]

    assert counts == [0, 1, 2]
    assert not Activity.objects.filter(type="forums.question_escalated").exists()


def test_a_rule_minds_tags_and_languages() -> None:
    crm = ConnectionFactory()
    for tags in (["lock"], ["battery"]):
        aged(TopicFactory(tags=tags), hours=30)

    assert rule_preview(Rule(connection=crm, hours=24, tags=["lock"])).count == 1
    assert rule_preview(Rule(connection=crm, hours=24, languages=["xx"])).count == 0


def test_a_rule_minds_categories_and_its_job_takes_only_those() -> None:
    crm = ConnectionFactory()
    mine, other = TopicFactory(), TopicFactory(category=CategoryFactory())
    for topic in (mine, other):
        aged(topic, hours=30)
    rule = Rule.objects.create(connection=crm, hours=24, categories=[f"forums.category:{mine.category_id}"])

    preview = rule_preview(rule)
    rule_enable(rule)
    taken = rules_run()

    assert (preview.count, preview.oldest_ids, taken) == (1, (mine.pk,), 1)
    assert list(Topic.objects.filter(state="escalated")) == [mine]


def test_people_an_import_brought_go_only_when_a_case_needs_them() -> None:
    ConnectionFactory()
    topic = TopicFactory(origin="import")
    touch(topic.author, origin="import", state="unclaimed", is_active=False, email=None)
    drain_activity()
    send_all()
    assert not SandboxContact.objects.exists()

    subject_of("forums.topic").escalate(topic.pk, actor_id=None)
    drain_activity()
    send_all()

    assert SandboxContact.objects.count() == SandboxCase.objects.count() == 1


def test_a_new_connection_is_filled_with_everybody_once() -> None:
    MemberFactory.create_batch(3)
    crm = ConnectionFactory()

    marked = connection_fill(crm)
    send_all()

    assert marked == SandboxContact.objects.count()


def test_credentials_are_sealed_and_rotated_without_being_typed_again(settings: Any) -> None:
    crm = connection_create(
        site=ConnectionFactory().site, kind="sandbox", name="Sealed", credentials={"token": "open-sesame"}
    )
    before = crm.key_id
    assert "open-sesame" not in crm.credentials

    settings.CREDENTIALS_KEYS = [f"k9:{Fernet.generate_key().decode()}", *settings.CREDENTIALS_KEYS]
    rotated = credentials_rotate()

    crm = Connection.objects.get(pk=crm.pk)
    assert rotated == 2
    assert (crm.key_id, before != crm.key_id) == ("k9", True)
    settings.CREDENTIALS_KEYS = settings.CREDENTIALS_KEYS[:1]
    assert unseal(crm.credentials) == {"token": "open-sesame"}


def test_a_day_becomes_one_note_and_a_replay_leaves_it_one() -> None:
    crm = ConnectionFactory(timeline_rule="daily")
    topic = TopicFactory()
    PostFactory(author=topic.author, topic=topic)
    drain_activity()
    send_all()
    before = Attempt.objects.filter(operation="push").count()

    call_command("activity_replay", "crm.timeline", stdout=StringIO())
    call_command("activity_replay", "crm.records", stdout=StringIO())
    drain_activity()
    send_all()

    assert SandboxNote.objects.filter(connection=crm, contact__key__endswith=f":{topic.author_id}").count() == 1
    assert Attempt.objects.filter(operation="push").count() == before


def test_a_replay_of_raw_notes_sends_none_again() -> None:
    ConnectionFactory(timeline_rule="raw")
    TopicFactory()
    drain_activity()
    send_all()
    notes, pushed = SandboxNote.objects.count(), Attempt.objects.filter(operation="push").count()

    call_command("activity_replay", "crm.timeline", stdout=StringIO())
    drain_activity()
    send_all()

    assert (SandboxNote.objects.count(), Attempt.objects.filter(operation="push").count()) == (notes, pushed)


@pytest.mark.usefixtures("frozen_clock")  # a minute before midnight the day's note counts as waiting, too
def test_the_status_is_the_same_for_people_and_machines() -> None:
    crm = ConnectionFactory(name="Sales CRM")
    escalated_topic()
    text, data = StringIO(), StringIO()

    call_command("crm_status", stdout=text)
    call_command("crm_status", "--json", stdout=data)

    state = json.loads(data.getvalue())["connections"][0]
    assert (state["name"], state["waiting"], state["dead"]) == (crm.name, 2, 0)
    assert "2 waiting" in text.getvalue()


def test_syncing_by_hand_works_off_one_connection_and_leaves_the_other() -> None:
    mine, other = ConnectionFactory(name="Mine"), ConnectionFactory(name="Other")
    escalated_topic()
    make_due()

    call_command("crm_sync", "--connection", "Mine", stdout=StringIO())

    assert SandboxCase.objects.filter(connection=mine).count() == 1
    assert not SandboxCase.objects.filter(connection=other).exists()


def test_the_agents_button_makes_a_case() -> None:
    ConnectionFactory()
    topic = TopicFactory()
    agent = MemberFactory(roles=["support_agent"])

    subject_of("forums.topic").escalate(topic.pk, actor_id=agent.pk, origin="web")
    drain_activity()
    send_once()
    send_all()

    assert SandboxCase.objects.count() == 1
