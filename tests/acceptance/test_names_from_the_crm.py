"""A name changed in the CRM: put right where names are ours, taken over where they are the CRM's, and no echo after."""

from typing import Any

import pytest

from community.activity.delivery import drain_activity
from community.activity.models import Activity
from crm_sync.engine.auditing import connection_audit
from crm_sync.engine.polling import connection_poll
from crm_sync.models import CrmDirty, Drift
from tests.acceptance.people import member_sent
from tests.acceptance.worlds import World
from tests.crm_sync.driving import pushes, send_all, touch

pytestmark = pytest.mark.django_db


def owned_by(world: World, owner: str) -> None:
    """Say whose name counts."""
    world.crm.options["owners"] = {"contact.name": owner, "contact.email": owner}
    world.crm.save()


def rounds(world: World, member: Any) -> tuple[int, str]:
    """Let both sides talk until nothing is left to say; return the writing calls of two more rounds, and our name."""
    for _ in range(2):
        connection_poll(world.crm)
        drain_activity()
        send_all()
    before = pushes()
    for _ in range(2):
        connection_poll(world.crm)
        drain_activity()
        send_all()
    member.refresh_from_db()
    return pushes() - before, member.name


def test_a_name_that_is_ours_is_put_right_there(world: World):
    member = member_sent(name="Ada Byron")
    [contact] = world.contacts()
    connection_poll(world.crm)

    world.rename(contact.id, "Renamed There")
    echoes, name = rounds(world, member)

    assert (echoes, name) == (0, "Ada Byron")
    assert world.person(contact.id).name == "Ada Byron"
    assert Drift.objects.get().action == Drift.Action.REPAIRED


@pytest.mark.parametrize("owner", ["crm", "newest"])
def test_a_name_that_is_the_crms_is_taken_over_and_does_not_echo(world: World, owner: str):
    owned_by(world, owner)
    member = member_sent(name="Ada Byron", email="ada@example.com")
    [contact] = world.contacts()
    connection_poll(world.crm)

    world.rename(contact.id, "Ada King")
    first = rounds(world, member)
    world.rename(contact.id, "Ada Byron")
    second = rounds(world, member)

    assert (first, second) == ((0, "Ada King"), (0, "Ada Byron"))
    updates = Activity.objects.filter(type="members.member_updated", origin=f"crm:{world.crm.pk}")
    assert updates.count() == 2
    assert world.person(contact.id).name == "Ada Byron"


def test_a_name_that_is_the_crms_is_not_overwritten_there(world: World):
    owned_by(world, "crm")
    member = member_sent(name="Ada Byron")
    [contact] = world.contacts()

    touch(member, name="Countess")
    drain_activity()
    send_all()
    connection_audit(world.crm)
    echoes, _name = rounds(world, member)

    assert echoes == 0
    assert world.person(contact.id).name == "Ada Byron"


def test_a_name_nobody_can_read_waits_for_a_person(world: World):
    owned_by(world, "crm")
    member = member_sent(name="Ada Byron")
    [contact] = world.contacts()
    connection_poll(world.crm)

    world.rename(contact.id, "\u200b")
    echoes, name = rounds(world, member)

    assert (echoes, name) == (0, "Ada Byron")
    assert Drift.objects.get().action == Drift.Action.MANUAL
    assert not CrmDirty.objects.exists()
