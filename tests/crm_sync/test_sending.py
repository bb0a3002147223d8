"""From the log to the CRM: what leaves, how often, in which order, and what becomes of each answer."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from community.activity.delivery import drain_activity
from crm_sync.credentials import seal
from crm_sync.identity import external_key
from crm_sync.models import Attempt, AttemptRow, Connection, CrmDirty, Link, SandboxCase, SandboxContact, SandboxFaults
from crm_sync.senders import RecordSender
from tests.crm_sync.driving import escalated_topic, make_due, pushes, send_all, send_once, touch
from tests.factories.crm_sync import ConnectionFactory, SandboxFaultsFactory
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db
Fault = SandboxFaults.Fault


def test_a_member_becomes_one_contact_with_the_external_key() -> None:
    crm = ConnectionFactory()
    topic = TopicFactory()

    drain_activity()
    send_all()

    contact = SandboxContact.objects.get(key__endswith=f":contact:{topic.author_id}")
    assert (contact.name, contact.email) == (topic.author.name, topic.author.email)
    link = Link.objects.get(connection=crm, kind="contact", object_id=topic.author_id)
    assert (link.state, link.remote_id) == ("linked", str(contact.pk))
    assert not CrmDirty.objects.exists()


@pytest.mark.parametrize("keyless", [False, True])
def test_an_escalated_question_becomes_one_case_under_its_contact(keyless: bool) -> None:
    ConnectionFactory(keyless=keyless)
    topic = escalated_topic()

    send_all()

    case = SandboxCase.objects.get()
    assert case.contact.key.endswith(f":contact:{topic.author_id}")
    assert (case.subject, case.facts["state"]) == (topic.title, "escalated")
    assert (case.key is None) == keyless


def test_an_ordinary_question_is_none_of_the_crms_business() -> None:
    ConnectionFactory()
    PostFactory()

    drain_activity()
    send_all()

    assert not SandboxCase.objects.exists()


def test_a_thousand_edits_of_one_record_are_one_row_and_one_call() -> None:
    ConnectionFactory()
    member = MemberFactory()
    for _ in range(1000):
        touch(member)

    drain_activity()

    assert CrmDirty.objects.filter(kind="contact").count() == 1
    send_all()
    assert pushes() == 1


def test_saving_again_without_a_change_makes_no_call() -> None:
    ConnectionFactory()
    member = MemberFactory()
    touch(member)
    drain_activity()
    send_all()

    touch(member)
    drain_activity()
    send_all()

    assert pushes() == 1


def test_a_full_batch_is_one_call() -> None:
    ConnectionFactory()
    for member in MemberFactory.create_batch(25):
        touch(member)
    drain_activity()

    send_all()

    assert pushes() == 1
    assert SandboxContact.objects.count() == 25


def test_a_case_waits_visibly_until_its_contact_is_there() -> None:
    crm = ConnectionFactory()
    topic = escalated_topic()
    contact_rows = CrmDirty.objects.filter(kind="contact")
    contact_rows.delete()

    make_due()
    RecordSender().run_once()

    waiting = CrmDirty.objects.get(connection=crm, kind="case")
    assert waiting.last_error == "waits for its contact"
    assert contact_rows.get().object_id == topic.author_id
    send_all()
    assert SandboxCase.objects.count() == 1


@pytest.mark.parametrize("keyless", [False, True])
@pytest.mark.parametrize("fault", [Fault.STORED_500, Fault.CUT])
def test_a_lost_reply_is_read_back_and_nothing_is_doubled(fault: str, keyless: bool) -> None:
    crm = ConnectionFactory(keyless=keyless)
    SandboxFaultsFactory(connection=crm, script=[fault, fault, fault, fault])
    topic = escalated_topic()

    send_all()

    assert SandboxCase.objects.count() == 1
    assert SandboxContact.objects.filter(key__endswith=f":{topic.author_id}").count() == 1
    history = list(AttemptRow.objects.filter(kind="case").order_by("pk").values_list("action", "failure_class"))
    assert history[0] == ("failed", "unknown")
    assert history[-1] == ("created", "")


@pytest.mark.parametrize(
    ("fault", "said", "stored"),
    [
        (Fault.THROTTLE, "throttled", 0),
        (Fault.STORED_500, "unknown", 3),
        (Fault.CUT, "unknown", 3),
        (Fault.SLOW, "", 3),
        (Fault.LOCK, "contention", 0),
        (Fault.MERGE, "", 4),
        (Fault.BAD_ROW, "", 2),
    ],
)
def test_the_sandbox_commits_each_fault_it_is_asked_for(fault: str, said: str, stored: int) -> None:
    crm = ConnectionFactory()
    SandboxFaultsFactory(connection=crm, script=[fault, Fault.THROTTLE], slow_ms=30)
    for member in MemberFactory.create_batch(3):
        touch(member)
    drain_activity()

    make_due()
    RecordSender().run_once()

    first = Attempt.objects.filter(operation="push").order_by("pk")[0]
    assert first.failure_class == said
    assert SandboxContact.objects.count() == stored
    assert SandboxContact.objects.exclude(merged_into=None).count() == (fault == Fault.MERGE)
    assert AttemptRow.objects.filter(failure_class="invalid").count() == (fault == Fault.BAD_ROW)
    assert (first.duration_ms or 0) >= 30 * (fault == Fault.SLOW)


def test_a_create_that_never_arrived_is_sent_again_after_the_settling_time() -> None:
    crm = ConnectionFactory(keyless=True)
    topic = escalated_topic()
    send_all()
    SandboxCase.objects.all().delete()
    since = timezone.now() - timedelta(seconds=60)
    Link.objects.filter(kind="case").update(state="creating", remote_id=None, unknown_since=since)
    CrmDirty.objects.create(connection=crm, kind="case", object_id=topic.pk)

    send_all()

    assert SandboxCase.objects.count() == 1


def test_a_throttled_connection_waits_and_charges_no_attempt() -> None:
    crm = ConnectionFactory()
    SandboxFaultsFactory(connection=crm, script=[Fault.THROTTLE])
    escalated_topic()

    make_due()
    RecordSender().run_once()

    crm.refresh_from_db()
    assert crm.wait_until > timezone.now()
    assert not RecordSender().run_once()
    assert set(CrmDirty.objects.values_list("attempts", flat=True)) == {0}
    send_all()
    assert SandboxCase.objects.count() == 1


def test_a_locked_batch_is_halved_until_it_lands() -> None:
    crm = ConnectionFactory()
    SandboxFaultsFactory(connection=crm, script=[Fault.LOCK])
    for member in MemberFactory.create_batch(8):
        touch(member)
    drain_activity()

    send_once()

    assert SandboxContact.objects.count() == 8
    assert pushes() == 3


def test_a_bad_row_is_quarantined_with_its_field_and_the_rest_lands() -> None:
    ConnectionFactory()
    good, bad = MemberFactory.create_batch(2)
    touch(bad, name="x" * 100)
    touch(good)
    drain_activity()

    send_all()

    dead = CrmDirty.objects.get(state="dead")
    assert (dead.object_id, dead.last_error) == (bad.pk, "invalid:name")
    assert AttemptRow.objects.get(object_id=bad.pk).hint
    assert SandboxContact.objects.filter(key__endswith=f":{good.pk}").exists()


def test_a_corrected_record_leaves_quarantine_by_itself() -> None:
    ConnectionFactory()
    member = MemberFactory(name="x" * 100)
    touch(member)
    drain_activity()
    send_all()

    touch(member, name="Short")
    drain_activity()
    send_all()

    assert SandboxContact.objects.get().name == "Short"
    assert not CrmDirty.objects.exists()


def test_a_record_merged_in_the_crm_is_followed_to_its_survivor() -> None:
    crm = ConnectionFactory()
    SandboxFaultsFactory(connection=crm, script=[Fault.MERGE])
    member = MemberFactory()
    touch(member)
    drain_activity()
    send_all()
    old = Link.objects.get(kind="contact", object_id=member.pk).remote_id

    touch(member, name="New name")
    drain_activity()
    send_all()

    link = Link.objects.get(kind="contact", object_id=member.pk)
    assert old in link.former_ids
    assert SandboxContact.objects.get(pk=link.remote_id).name == "New name"
    assert SandboxContact.objects.filter(is_active=True).count() == 1


def test_a_record_deleted_in_the_crm_waits_for_a_person() -> None:
    ConnectionFactory()
    member = MemberFactory()
    touch(member)
    drain_activity()
    send_all()
    SandboxContact.objects.all().delete()

    touch(member, name="New name")
    drain_activity()
    send_all()

    assert CrmDirty.objects.get().last_error == "gone"
    assert not SandboxContact.objects.exists()


def test_a_key_held_by_two_records_opens_a_conflict_and_sends_nothing() -> None:
    crm = ConnectionFactory(keyless=True)
    topic = escalated_topic()
    CrmDirty.objects.filter(kind="case").delete()
    send_all()
    contact = SandboxContact.objects.get(key__endswith=f":{topic.author_id}")

    key = external_key("case", topic.pk)
    for _ in range(2):
        SandboxCase.objects.create(connection=crm, reference=key, contact=contact, subject="Somebody typed it")
    Link.objects.create(connection=crm, kind="case", object_id=topic.pk, state="creating", unknown_since=timezone.now())
    CrmDirty.objects.create(connection=crm, kind="case", object_id=topic.pk)

    send_all()

    assert Link.objects.get(kind="case").state == "conflict"
    assert SandboxCase.objects.count() == 2
    assert CrmDirty.objects.get().state == "dead"


def test_lost_rights_stop_the_connection_and_keep_the_queue() -> None:

    crm = ConnectionFactory(credentials=seal({"token": "revoked"})[0])
    escalated_topic()

    send_all()

    crm.refresh_from_db()
    assert crm.state == Connection.State.ATTENTION
    assert "revoked" in crm.state_reason
    assert CrmDirty.objects.filter(state="waiting").count() == 2


def test_credentials_no_key_opens_stop_the_connection(settings: Any) -> None:
    crm = ConnectionFactory()
    escalated_topic()
    settings.CREDENTIALS_KEYS = ["k9:b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItb3Q="]

    send_all()

    crm.refresh_from_db()
    assert crm.state == Connection.State.ATTENTION


def test_the_daily_budget_is_never_crossed() -> None:
    crm = ConnectionFactory(daily_calls=2)  # to look for the contact and to send it; its case must wait
    escalated_topic()

    make_due()
    RecordSender().run_once()

    crm.refresh_from_db()
    assert pushes() == 2
    assert Attempt.objects.filter(failure_class="throttled").count() == 1
    assert crm.wait_until > timezone.now()


def test_its_own_echo_is_not_sent_back_but_other_crms_hear_of_it() -> None:
    mine, other = ConnectionFactory(), ConnectionFactory()
    member = MemberFactory()

    touch(member, origin=f"crm:{mine.pk}")
    drain_activity()

    assert list(CrmDirty.objects.values_list("connection_id", flat=True)) == [other.pk]


def test_no_secret_stands_in_any_record_of_a_call() -> None:
    ConnectionFactory()
    escalated_topic()

    send_all()

    assert "sandbox-token" not in str(list(Attempt.objects.values()))
