"""Ideas and who asks for them, in the sandbox and in a real Tryton: once each, counted, moved by a merge."""

from typing import Any

import pytest

from community.activity.delivery import drain_activity
from community.activity.handlers import handlers
from community.activity.services import activity_replay
from community.members.services import account_link
from crm_sync.identity import external_key
from crm_sync.models import CrmDirty, Link
from crm_sync.models.work import vote_id
from ideas.models import Idea
from ideas.services import ideas_merge, ideas_unmerge, vote_set
from tests.acceptance.worlds import World
from tests.crm_sync.driving import pushes, send_all
from tests.factories.ideas import IdeaFactory
from tests.factories.members import MemberFactory, ProductManagerFactory

pytestmark = pytest.mark.django_db


def customer(account: str) -> Any:
    """A member whose account some CRM knows."""
    member = MemberFactory()
    account_link(member_id=member.pk, key=f"crm:0:{account}", name=account, origin="system")
    member.refresh_from_db()
    return member


def settled() -> int:
    """Let everything reach the CRM; return the writing calls that took."""
    before = pushes()
    drain_activity()
    send_all()
    return pushes() - before


def asked(*members: Any, **values: Any) -> Idea:
    """An idea of the first member for which all of them vote."""
    idea = IdeaFactory(author=members[0], **values)
    for member in members[1:]:
        vote_set(member=member, idea_id=idea.pk, wanted=True)
    return idea


def voters(world: World) -> list[str]:
    """Account and voters of each row there, in order of name."""
    return sorted(" ".join(row.text.split()) for row in world.asking("vote"))


def test_an_idea_and_the_accounts_that_ask_for_it_are_there_once(world: World):
    one, other, stranger = customer("Ville de Rennes"), customer("Parcelo"), MemberFactory()
    idea = asked(one, other, stranger, title="Unlock without a network")

    settled()

    [record] = world.asking("idea")
    assert record.key == external_key("idea", idea.pk)
    assert "Unlock without a network" in record.text
    keys = {external_key("vote", vote_id(idea.pk, member.account_id)) for member in (one, other)}
    assert {row.key for row in world.asking("vote")} == keys
    assert all("Voters: 1" in row for row in voters(world))


def test_a_replay_changes_nothing(world: World):
    asked(customer("Ville de Rennes"), MemberFactory())
    settled()
    before = (world.asking("idea"), world.asking("vote"), pushes())

    activity_replay(handler=handlers["crm.records"])

    assert settled() == 0
    assert (world.asking("idea"), world.asking("vote"), pushes()) == before
    assert not CrmDirty.objects.exists()


def test_a_vote_withdrawn_lowers_the_account_and_keeps_the_record(world: World):
    one = customer("Ville de Rennes")
    idea = asked(MemberFactory(), one)
    settled()
    [before] = world.asking("vote")

    vote_set(member=one, idea_id=idea.pk, wanted=False)
    settled()

    [after] = world.asking("vote")
    assert (after.id, "Voters: 0" in after.text) == (before.id, True)


def test_a_member_whose_account_becomes_known_counts_for_it(world: World):
    member = MemberFactory()
    asked(member)
    settled()
    assert world.asking("vote") == []

    account_link(member_id=member.pk, key="crm:0:late", name="Late Ltd", origin=f"crm:{world.crm.pk}")
    settled()

    assert len(voters(world)) == 1
    assert "Late Ltd" in voters(world)[0]


@pytest.mark.parametrize("fault", ["stored_500", "cut"])
def test_an_idea_whose_reply_was_lost_is_not_doubled(world: World, fault: str):
    world.fault(fault, "idea")
    idea = asked(MemberFactory())
    CrmDirty.objects.filter(kind="contact").delete()
    drain_activity()
    CrmDirty.objects.filter(kind="contact").delete()

    send_all()

    assert len(world.asking("idea")) == 1
    assert Link.objects.get(kind="idea", object_id=idea.pk).state == Link.State.LINKED


def test_a_merge_moves_what_accounts_ask_for_and_undoing_moves_it_back(world: World):
    one, manager = customer("Ville de Rennes"), ProductManagerFactory()
    source, target = asked(one), asked(customer("Parcelo"))
    settled()

    ideas_merge(member=manager, source_id=source.pk, target_id=target.pk)
    settled()
    moved = {row.key: "Voters: 1" in row.text for row in world.asking("vote")}
    ideas_unmerge(member=manager, source_id=source.pk)
    settled()
    back = {row.key: "Voters: 1" in row.text for row in world.asking("vote")}

    there, here = (external_key("vote", vote_id(idea.pk, one.account_id)) for idea in (target, source))
    assert (moved[here], moved[there]) == (False, True)
    assert (back[here], back[there]) == (True, False)
    assert len(world.asking("idea")) == 2
