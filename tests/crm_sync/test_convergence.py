"""Whatever happens in whatever order under whatever faults, both sides end equal and nothing is there twice."""

from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from community.activity.delivery import drain_activity
from community.activity.subjects import subject_of
from community.members.models import Member
from crm_sync.connectors.sandbox_records import sandbox_contact_merge
from crm_sync.engine.polling import connection_poll
from crm_sync.models import Connection, CrmDirty, Link, SandboxCase, SandboxContact, SandboxFaults
from crm_sync.rendering import contact_render
from crm_sync.services import dead_retry
from tests.crm_sync.driving import make_due, pushes, send_all, send_once, touch
from tests.factories.crm_sync import ConnectionFactory
from tests.factories.forums import TopicFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db
Fault = SandboxFaults.Fault
PEOPLE = 3

_events = st.one_of(
    st.tuples(st.just("rename"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("again"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("escalate"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("too_long"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("merged_there"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("renamed_there"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.just("send"), st.just(0)),
    st.tuples(st.just("poll"), st.just(0)),
)


class World:
    """Some people, one question each, one CRM with a script of faults."""

    def __init__(self, faults: list[str], *, keyless: bool) -> None:
        Connection.objects.all().delete()  # what an earlier example left
        self.crm = ConnectionFactory(keyless=keyless, timeline_rule="off")
        SandboxFaults.objects.create(connection=self.crm, script=faults, slow_ms=0)
        self.members = MemberFactory.create_batch(PEOPLE)
        self.topics = [TopicFactory(author=member) for member in self.members]
        self.number = 0

    def does(self, event: str, which: int) -> None:
        """Let one thing happen."""
        self.number += 1
        member = self.members[which]
        contact = SandboxContact.objects.filter(key__endswith=f":contact:{member.pk}").first()
        if event == "rename":
            touch(member, name=f"Name {self.number}")
        elif event == "again":
            touch(member)
        elif event == "too_long":
            touch(member, name="x" * 100)
        elif event == "escalate":
            subject_of("forums.topic").escalate(self.topics[which].pk, actor_id=None)
        elif event == "merged_there" and contact:
            sandbox_contact_merge(contact)
        elif event == "renamed_there" and contact:
            SandboxContact.objects.filter(pk=contact.pk).update(name="Theirs", changed_at=contact.changed_at)
        elif event == "send":
            send_once()
        elif event == "poll":
            connection_poll(self.crm)
        drain_activity()

    def settle(self) -> None:
        """Names are cured, the faults end, people retry what is dead; then everything is sent."""
        SandboxFaults.objects.filter(connection=self.crm).update(script=[])
        for member in self.members:
            touch(member, name=f"Final {member.pk}")
        drain_activity()
        for _ in range(6):
            make_due()
            connection_poll(self.crm)
            send_all()
            for cause in set(CrmDirty.objects.filter(state="dead").values_list("last_error", flat=True)):
                dead_retry(crm=self.crm, cause=cause)
        assert not CrmDirty.objects.exists()

    def compare(self) -> None:
        """Compare both sides through the CRM's tables."""
        facts = subject_of("members.member").facts([member.pk for member in self.members])
        for member_id, known in facts.items():
            contact = SandboxContact.objects.get(key__endswith=f":contact:{member_id}")
            wanted: dict[str, Any] = dict(contact_render(known).values)
            assert {"name": contact.name, "email": contact.email, **contact.facts} == wanted
        cases = Counter(case.reference.rsplit(":")[-1] for case in SandboxCase.objects.filter(connection=self.crm))
        escalated = [str(topic.pk) for topic in self.topics if type(topic).objects.get(pk=topic.pk).escalated_at]
        assert cases == Counter(escalated)


@settings(max_examples=25, deadline=None)
@given(
    events=st.lists(_events, max_size=14),
    faults=st.lists(st.sampled_from(["", *Fault.values]), max_size=10),
    keyless=st.booleans(),
)
def test_both_sides_converge_under_any_faults(events: list[tuple[str, int]], faults: list[str], keyless: bool) -> None:
    world = World(faults, keyless=keyless)

    for event, which in events:
        world.does(event, which)
    world.settle()

    world.compare()


@settings(max_examples=10, deadline=None)
@given(edits=st.lists(st.integers(0, PEOPLE - 1), min_size=1, max_size=30))
def test_interleaved_edits_end_equal_to_the_last_local_state(edits: list[int]) -> None:
    world = World([], keyless=False)

    for number, which in enumerate(edits):
        world.does("rename", which)
        world.does("send", 0) if number % 7 == 0 else None
    send_all()

    names = {member.pk: member.name for member in Member.objects.filter(pk__in=[one.pk for one in world.members])}
    there = {
        int(str(contact.key).rsplit(":", 1)[-1]): contact.name
        for contact in SandboxContact.objects.filter(connection=world.crm)
    }
    assert there == names


def test_a_day_played_again_changes_nothing() -> None:
    world = World([], keyless=True)
    for event, which in [("rename", 0), ("escalate", 1), ("again", 2), ("send", 0), ("rename", 1)]:
        world.does(event, which)
    send_all()
    before = (pushes(), list(SandboxContact.objects.values_list("pk", "name", "writes")), Link.objects.count())

    call_command("activity_replay", "crm.records", stdout=StringIO())
    drain_activity()
    send_all()

    after = (pushes(), list(SandboxContact.objects.values_list("pk", "name", "writes")), Link.objects.count())
    assert after == before
