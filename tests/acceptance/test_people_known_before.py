"""People a CRM knew before us: taken over by their confirmed address when there is no doubt, and let go again."""

from uuid import uuid4

import pytest

from community.activity.delivery import drain_activity
from community.privacy.services import erase_member
from crm_sync import services
from crm_sync.identity import external_key
from crm_sync.models import Attempt, CrmDirty, Link
from crm_sync.selectors_dead import dead_groups
from tests.acceptance.people import member_sent
from tests.acceptance.worlds import World
from tests.crm_sync.driving import escalated_topic, make_due, send_all, send_once, touch
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail() -> str:
    """An address no other test has entered in a CRM that is kept between them."""
    return f"ada.{uuid4().hex[:8]}@example.com"


def ours(world: World) -> list[str]:
    """Ids of the records we made; those taken over carry their key elsewhere in some CRMs."""
    return [contact.id for contact in world.contacts() if contact.key.count(":") == 2]


def test_a_person_known_by_a_confirmed_address_is_taken_over_and_not_doubled(world: World, mail: str):
    known = world.enter("Lady Ada, Analytical Ltd", mail.title())

    member = member_sent(name="ada99", email=mail)

    person = world.person(known)
    assert person.key == external_key("contact", member.pk)
    assert (person.name, person.mails) == ("Lady Ada, Analytical Ltd", (mail.title(),)), "their record, their words"
    assert set(ours(world)) <= {known}
    link = Link.objects.get()
    assert (link.state, link.remote_id, link.adopted) == (Link.State.LINKED, known, True)


def test_what_hangs_on_a_person_taken_over_goes_to_their_record(world: World, mail: str):
    known = world.enter("Lady Ada", mail)
    member = member_sent(name="ada99", email=mail)

    escalated_topic(author=member)
    touch(member, name="ada the first")
    drain_activity()
    send_all()

    assert [case.contact_id for case in world.cases()] == [known]
    assert world.person(known).name == "Lady Ada"
    assert not CrmDirty.objects.exists()


def test_an_address_nobody_confirmed_matches_nobody(world: World, mail: str):
    known = world.enter("Lady Ada", mail)

    member = member_sent(name="ada99", email=mail, email_verified=False)

    assert world.person(known).key != external_key("contact", member.pk)
    link = Link.objects.get()
    assert (link.adopted, link.remote_id != known) == (False, True)
    assert not Attempt.objects.filter(operation="match").exists()


def test_an_administrator_may_switch_matching_off(world: World, mail: str):
    world.crm.options["match_email"] = False
    world.crm.save()
    known = world.enter("Lady Ada", mail)

    member_sent(email=mail)

    assert Link.objects.get().remote_id != known


def test_two_people_with_one_address_wait_for_a_person_and_nothing_is_sent(world: World, mail: str):
    known = [world.enter("Lady Ada", mail), world.enter("A. Byron", mail)]
    member = member_sent(name="ada99", email=mail)

    [group] = dead_groups()
    before = [world.person(one).key for one in known]
    world.delete(world.person(known[1]))
    services.dead_retry(crm=world.crm, cause=group.key.cause)
    send_all()

    assert external_key("contact", member.pk) not in before
    assert group.key.cause == "match"
    assert str(group.title) == "More than one record there holds this address"
    assert group.lines[0].answer == ", ".join(known)
    assert world.person(known[0]).key == external_key("contact", member.pk)
    assert not CrmDirty.objects.exists()


@pytest.mark.parametrize("fault", ["stored_500", "cut"])
def test_a_lost_reply_to_taking_over_is_settled_by_looking(world: World, mail: str, fault: str):
    known = world.enter("Lady Ada", mail)
    world.fault(fault, "adoption")

    member = member_sent(name="ada99", email=mail)

    assert world.person(known).key == external_key("contact", member.pk), "once, and on their record"
    assert set(ours(world)) <= {known}
    link = Link.objects.get()
    assert (link.state, link.remote_id, link.adopted, link.unknown_since) == (Link.State.LINKED, known, True, None)
    assert world.person(known).name == "Lady Ada"


def test_a_taking_over_that_was_throttled_is_made_later(world: World, mail: str):
    known = world.enter("Lady Ada", mail)
    world.fault("throttled", "adoption")
    touch(MemberFactory(email=mail))
    drain_activity()
    make_due()

    send_once()
    waiting = Link.objects.get()
    send_all()

    assert (waiting.remote_id, waiting.adopted, waiting.unknown_since) == (None, False, None)
    assert Link.objects.get().remote_id == known
    assert set(ours(world)) <= {known}


def test_our_key_counts_before_an_address(world: World, mail: str):
    member = member_sent(name="Ada Byron", email=mail)
    [mine] = ours(world)
    other = world.enter("Lady Ada", mail)
    Link.objects.all().delete()

    touch(member, name="Ada Lovelace")
    drain_activity()
    send_all()

    assert Link.objects.get().remote_id == mine
    assert world.person(mine).name == "Ada Lovelace"
    assert external_key("contact", member.pk) not in world.person(other).key


def test_an_erased_member_is_taken_out_of_a_record_that_was_there_before(world: World, mail: str):
    known = world.enter("Lady Ada", mail)
    member = member_sent(name="ada99", email=mail)

    erase_member(member.pk)
    drain_activity()
    send_all()

    person = world.person(known)
    assert external_key("contact", member.pk) not in person.key
    assert (person.name, person.mails, person.is_active) == ("Lady Ada", (mail,), True)
    assert Link.objects.get().state == Link.State.ERASED
    [group] = dead_groups()
    assert group.key.cause == "adopted"
    services.dead_retry(crm=world.crm, cause="adopted")
    send_all()
    assert not CrmDirty.objects.exists()
