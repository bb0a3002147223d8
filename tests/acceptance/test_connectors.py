"""One suite for every CRM: what the sync promises, asked of the sandbox and of a real Tryton, read there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community.activity.delivery import drain_activity
from community.activity.handlers import handlers
from community.activity.services import activity_replay
from community.privacy.services import CRM_SYNC, consent_set, erase_member
from community.work.senders import senders
from crm_sync import services
from crm_sync.credentials import seal
from crm_sync.engine.polling import connection_poll
from crm_sync.engine.session import capabilities_of
from crm_sync.identity import external_key
from crm_sync.models import AttemptRow, Connection, CrmDirty, CrmTimeline, Link
from forums.models import TopicCase
from tests.acceptance.people import member_sent
from tests.acceptance.worlds import World
from tests.crm_sync.driving import escalated_topic, make_due, send_all, send_once, touch
from tests.factories.forums import TopicFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


def test_good_credentials_pass_and_bad_ones_are_named(world: World):
    good = services.connection_check(world.crm)
    services.connection_credentials_set(world.crm, world.bad_credentials)

    bad = services.connection_check(world.crm)

    assert good.ok, good.problems
    assert not bad.ok
    assert bad.problems


def test_bad_credentials_stop_the_connection_and_keep_what_is_queued(world: World):
    credentials, key_id = seal(world.bad_credentials)
    Connection.objects.update(credentials=credentials, key_id=key_id)
    touch(MemberFactory())
    drain_activity()

    send_once()

    world.crm.refresh_from_db()
    assert world.crm.state == Connection.State.ATTENTION
    assert CrmDirty.objects.filter(state="waiting").count() == 1


def test_a_member_is_created_once_under_our_key(world: World):
    member = member_sent(name="Ada Byron", email="ada@example.com")

    [contact] = world.contacts()
    assert contact.key == external_key("contact", member.pk)
    assert (contact.name, contact.mails, contact.is_active) == ("Ada Byron", ("ada@example.com",), True)


def test_a_change_is_written_to_the_same_record(world: World):
    member = member_sent(name="Ada Byron")
    [before] = world.contacts()

    touch(member, name="Ada Lovelace")
    drain_activity()
    send_all()

    [after] = world.contacts()
    assert (after.id, after.name) == (before.id, "Ada Lovelace")


def test_what_did_not_change_makes_no_call(world: World):
    member = member_sent()
    before = world.calls()

    touch(member)
    drain_activity()
    send_all()

    assert world.calls() == before
    assert not CrmDirty.objects.exists()


def test_a_bad_row_is_quarantined_with_its_field_and_the_rest_lands(world: World):
    members = [MemberFactory() for _ in range(7)]
    bad = MemberFactory(name=world.bad_name)
    for member in [*members, bad]:
        touch(member)
    drain_activity()

    send_all()

    assert len(world.contacts()) == 7
    dead = CrmDirty.objects.get(state="dead")
    assert (dead.object_id, dead.last_error) == (bad.pk, "invalid:name")
    row = AttemptRow.objects.filter(object_id=bad.pk).latest("pk")
    assert (row.action, row.field) == ("failed", "name")
    assert row.hint


def test_a_record_that_is_there_already_is_linked_and_not_doubled(world: World):
    member = member_sent(name="Ada Byron")
    Link.objects.all().delete()

    touch(member, name="Ada Lovelace")
    drain_activity()
    send_all()

    [contact] = world.contacts()
    assert contact.name == "Ada Lovelace"
    assert Link.objects.get().remote_id == contact.id


def test_a_record_deleted_there_waits_for_a_person_and_is_made_anew_once(world: World):
    member = member_sent()
    world.delete(world.contacts()[0])
    touch(member, name="New Name")
    drain_activity()
    send_all()
    dead = CrmDirty.objects.get(state="dead")

    services.dead_retry(crm=world.crm, cause=dead.last_error)
    send_all()

    assert dead.last_error == "gone"
    assert [contact.name for contact in world.contacts()] == ["New Name"]


def test_a_throttled_connection_waits_as_told_and_charges_no_attempt(world: World):
    world.fault("throttled", "contact")
    touch(MemberFactory())
    drain_activity()
    make_due()

    send_once()
    world.crm.refresh_from_db()
    waiting = CrmDirty.objects.get()
    calls = world.calls()
    Connection.objects.update(wait_until=timezone.now() + timedelta(minutes=1))
    senders["crm_sync.records"].run_once()

    assert world.crm.wait_until is not None
    assert waiting.attempts == 0
    assert world.calls() == calls, "it sent while it was told to wait"
    send_all()
    assert len(world.contacts()) == 1


@pytest.mark.parametrize("fault", ["stored_500", "cut"])
@pytest.mark.parametrize("kind", ["contact", "case"])
def test_a_lost_reply_is_settled_by_looking_and_nothing_is_doubled(world: World, fault: str, kind: str):
    if kind == "contact":
        world.fault(fault, kind)
        member_sent()
    else:
        member = member_sent()
        world.fault(fault, kind)
        escalated_topic(author=member)
        send_all()

    found = world.contacts() if kind == "contact" else world.cases()
    assert len(found) == 1
    link = Link.objects.get(kind=kind)
    assert (link.state, link.remote_id, link.unknown_since) == (Link.State.LINKED, found[0].id, None)


def test_a_contact_goes_before_its_case(world: World):
    topic = escalated_topic(title="The lock jams in the rain")

    send_all()

    [contact] = world.contacts()
    [case] = world.cases()
    assert case.key == external_key("case", topic.pk)
    assert case.contact_id == contact.id
    assert "The lock jams in the rain" in case.text


def test_what_a_member_did_is_noted_once(world: World):
    Connection.objects.update(timeline_rule=Connection.TimelineRule.RAW)
    TopicFactory(title="The lock jams in the rain")
    drain_activity()
    send_all()
    [contact] = world.contacts()

    first = world.notes(contact.id)
    activity_replay(handler=handlers["crm.timeline"])
    drain_activity()
    send_all()

    assert len(first) == 1
    assert first[0].startswith("Asked a question: The lock jams in the rain")
    assert world.notes(contact.id) == first
    assert not CrmTimeline.objects.exists()


@pytest.mark.parametrize("fault", ["stored_500", "cut"])
def test_a_note_whose_reply_was_lost_is_not_doubled(world: World, fault: str):
    Connection.objects.update(timeline_rule=Connection.TimelineRule.RAW)
    member = member_sent()
    [contact] = world.contacts()
    assert world.notes(contact.id) == []
    world.fault(fault, "note")

    TopicFactory(author=member)
    drain_activity()
    for _ in range(10):
        CrmDirty.objects.all().delete()  # only notes are asked about here
        if not send_once():
            break

    assert len(world.notes(contact.id)) == 1


def test_a_case_solved_there_shows_on_the_topic(world: World):
    topic = escalated_topic()
    send_all()
    connection_poll(world.crm)
    before = TopicCase.objects.get(topic=topic)

    world.solve(world.cases()[0])
    connection_poll(world.crm)

    after = TopicCase.objects.get(topic=topic)
    assert (before.state, after.state) == ("open", "solved")
    assert after.system == capabilities_of(world.crm).label
    assert after.reference


def test_an_erased_member_leaves_nothing_personal_there(world: World):
    member = member_sent(name="Ada Byron", email="ada@example.com")

    erase_member(member.pk)
    drain_activity()
    send_all()

    [contact] = world.contacts()
    assert "Ada" not in contact.name
    assert not any("ada" in mail for mail in contact.mails)
    assert not contact.is_active
    assert Link.objects.get().state == Link.State.ERASED


def test_a_consent_taken_back_takes_the_words_of_a_case_too_and_given_again_brings_the_person_back(world: World):
    Connection.objects.update(legal_basis=Connection.LegalBasis.CONSENT)
    member = MemberFactory(name="Ada Byron")
    consent_set(member_id=member.pk, purpose=CRM_SYNC, given=True)
    drain_activity()
    escalated_topic(author=member, title="The lock jams in the rain")
    send_all()
    [written] = world.cases()

    consent_set(member_id=member.pk, purpose=CRM_SYNC, given=False)
    drain_activity()
    send_all()
    [taken_back], [taken_out] = world.cases(), world.contacts()
    consent_set(member_id=member.pk, purpose=CRM_SYNC, given=True)
    drain_activity()
    send_all()

    assert "jams" in written.text
    assert "The lock jams" not in taken_back.text
    assert not taken_out.is_active
    [back] = world.contacts()
    assert (back.id, back.name, back.is_active) == (taken_out.id, "Ada Byron", True)
    assert not CrmDirty.objects.exists()


def test_a_day_that_got_longer_after_its_note_left_changes_the_note(world: World):
    Connection.objects.update(timeline_rule=Connection.TimelineRule.DAILY)
    member = member_sent()
    [contact] = world.contacts()

    for _ in range(2):
        TopicFactory(author=member)
        drain_activity()
        send_all()

    [note] = [note for note in world.notes(contact.id) if "Asked" in note]
    assert "Asked a question: 2" in note


def test_account_facts_are_read_or_their_absence_is_explained(world: World):
    capabilities = capabilities_of(world.crm)

    assert capabilities.account_facts is world.has_accounts
    assert bool(capabilities.account_facts_reason) is not world.has_accounts


def test_a_record_read_back_goes_into_its_batch_once(world: World):
    world.fault("stored_500", "contact")
    member = MemberFactory(name="Ada Byron")
    touch(member)
    drain_activity()
    send_once()

    touch(member, name="Ada Lovelace")
    drain_activity()
    send_all()

    [contact] = world.contacts()
    assert contact.name == "Ada Lovelace"
    assert AttemptRow.objects.filter(object_id=member.pk, action="updated").count() == 1
