"""Votes by account: one record an account, people counted and never named, nobody counted who said no."""

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.activity.delivery import drain_activity
from community.members.services import account_link
from community.privacy.services import CRM_SYNC, consent_set
from crm_sync.engine.auditing import connection_audit
from crm_sync.engine.facts import votes_mark
from crm_sync.engine.polling import connection_poll
from crm_sync.models import AttemptRow, CrmDirty, SandboxIdea, SandboxVote
from crm_sync.selectors_ideas import idea_support
from crm_sync.selectors_preview import connection_preview
from ideas.services import idea_hide, vote_set
from tests.acceptance.test_ideas import asked, customer, settled
from tests.crm_sync.driving import send_all
from tests.factories.crm_sync import ConnectionFactory, SandboxAccountFactory
from tests.factories.ideas import IdeaFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


def test_many_votes_on_one_idea_are_one_row_of_one_batch():
    ConnectionFactory(enabled_kinds=["idea", "vote"])
    idea = IdeaFactory()
    people = [MemberFactory() for _ in range(40)]
    for number, member in enumerate(people):
        account_link(member_id=member.pk, key=f"crm:0:{number % 2}", name=f"Account {number % 2}", origin="system")
        vote_set(member=member, idea_id=idea.pk, wanted=True)
    drain_activity()

    waiting = list(CrmDirty.objects.values_list("kind", "object_id"))
    send_all()

    assert waiting == [("idea", idea.pk)]
    assert AttemptRow.objects.filter(kind="idea").count() == 1
    assert AttemptRow.objects.filter(kind="vote").values("attempt").distinct().count() == 1
    assert SandboxIdea.objects.get().facts["votes"] == 41
    assert sorted(SandboxVote.objects.values_list("voters", flat=True)) == [20, 20]


def test_an_account_this_crm_knows_is_linked_to_its_own_record():
    crm = ConnectionFactory()
    account = SandboxAccountFactory(connection=crm)
    member = MemberFactory()
    account_link(member_id=member.pk, key=f"crm:{crm.pk}:{account.pk}", name="Ostler", origin="system")
    member.refresh_from_db()
    asked(member)

    settled()

    vote = SandboxVote.objects.get()
    assert (vote.account, vote.voters, vote.idea) == (account, 1, SandboxIdea.objects.get())


def test_who_refused_is_not_counted_for_an_account():
    ConnectionFactory()
    member, colleague = customer("Ostler"), customer("Ostler")
    asked(member, colleague)
    settled()

    consent_set(member_id=member.pk, purpose=CRM_SYNC, given=False)
    settled()

    assert SandboxVote.objects.get().voters == 1


def test_an_idea_out_of_sight_says_only_that():
    ConnectionFactory()
    idea = asked(customer("Ostler"), title="Call me on 0123 456")
    settled()

    idea_hide(member=MemberFactory(roles=["moderator"]), idea_id=idea.pk)
    settled()

    assert SandboxIdea.objects.get().title == "An idea that is no longer shown"
    assert "0123" not in str(list(SandboxVote.objects.values()))


def test_an_idea_the_crm_never_heard_of_is_not_made_for_being_hidden():
    ConnectionFactory()
    idea = IdeaFactory()
    idea_hide(member=MemberFactory(roles=["moderator"]), idea_id=idea.pk)

    settled()

    assert not SandboxIdea.objects.exists()


def test_the_preview_shows_ideas_as_they_would_leave_and_the_audit_repairs_what_changed_there():
    crm = ConnectionFactory()
    asked(customer("Ostler"), title="Unlock without a network")
    drain_activity()
    shown = connection_preview(crm)
    send_all()
    SandboxIdea.objects.update(title="Renamed there")
    SandboxVote.objects.update(voters=9)

    report = connection_audit(crm)
    send_all()

    [ideas] = [kind for kind in shown.kinds if kind.kind == "Ideas"]
    assert ("title", "Unlock without a network") in ideas.samples[0].values
    assert (report["idea"].drifted, report["vote"].drifted) == (1, 1)
    assert SandboxIdea.objects.get().title == "Unlock without a network"
    assert SandboxVote.objects.get().voters == 1


@pytest.mark.parametrize("count", [2, 20])
def test_marking_votes_costs_the_same_for_few_and_many_accounts(count: int):
    crm = ConnectionFactory()
    idea = asked(*(customer(f"Account {number}") for number in range(count)))

    with CaptureQueriesContext(database) as queries:
        marked = votes_mark(crm, [idea.pk])

    assert marked == count
    assert len(queries) <= 7


@pytest.fixture
def worth():
    """An idea for which three people of one account and somebody unknown vote."""
    crm = ConnectionFactory()
    SandboxAccountFactory(connection=crm, revenue_minor=4_800_000)
    SandboxAccountFactory(connection=crm, name="Other", domain="other.example", revenue_minor=1_200_000)
    people = [MemberFactory(email=f"ana{number}@ostler.example") for number in range(3)]
    idea = asked(*people, MemberFactory(email="one@nowhere.example"))
    settled()
    connection_poll(crm)
    settled()
    return idea


def test_an_account_counts_once_however_many_of_its_people_vote(worth):
    support = idea_support(worth.pk)

    assert (len(support.accounts), support.matched, support.voters) == (1, 3, 4)
    assert support.revenue == ("48,000 EUR",)
    assert support.share == "80.0"
    assert support.sources[0].system
    assert not support.sources[0].late
    assert support.records[0].record.startswith("Idea ")


@pytest.mark.parametrize("role", ["moderator", "product_manager", "support_agent", "administrator"])
def test_staff_open_the_accounts_to_their_voters(client: Client, worth, role: str):
    client.force_login(MemberFactory(roles=[role]))

    answer = client.get(reverse("crm_sync:idea_accounts", args=[worth.pk])).content.decode()

    assert "48,000 EUR" in answer
    assert "3 of 4 voters matched" in answer
    assert answer.count("/m/") >= 3


def test_members_see_no_page_of_accounts(client: Client, worth):
    client.force_login(worth.author)

    assert client.get(reverse("crm_sync:idea_accounts", args=[worth.pk])).status_code == 403


def test_the_sandbox_shows_ideas_and_their_accounts(client: Client, worth):
    client.force_login(MemberFactory(roles=["support_agent"]))

    listed = client.get(reverse("crm_sync:sandbox"), {"show": "ideas"}).content.decode()
    opened = client.get(reverse("crm_sync:sandbox_idea", args=[SandboxIdea.objects.get().pk])).content.decode()

    assert "IDEA-" in listed
    assert "Ostler" in opened
