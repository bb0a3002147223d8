"""Names changed on both sides in any order: whoever owns them, both sides come to rest and nobody echoes for ever."""

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from community.activity.delivery import drain_activity
from community.members.models import Member
from crm_sync.engine.auditing import connection_audit
from crm_sync.engine.polling import connection_poll
from crm_sync.models import Connection, CrmDirty, SandboxContact
from tests.crm_sync.driving import pushes, send_all, send_once, touch
from tests.factories.crm_sync import ConnectionFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db
NAMES = ("Ada", "Byron", "King")
"""Few, so that names come back."""
_events = st.one_of(
    st.tuples(st.sampled_from(["here", "there"]), st.sampled_from(NAMES)),
    st.tuples(st.sampled_from(["send", "poll", "audit"]), st.just("")),
)


class World:
    """One member whom one CRM knows; `known_before`: the CRM had them before us."""

    def __init__(self, owner: str, *, known_before: bool) -> None:
        Connection.objects.all().delete()  # what an earlier example left
        self.crm = ConnectionFactory(timeline_rule="off")
        self.crm.options["owners"] = {"contact.name": owner}
        self.crm.save()
        self.member = MemberFactory(name="Ada")
        if known_before:
            SandboxContact.objects.create(connection=self.crm, name="Lady Ada", email=self.member.email)
        touch(self.member)
        drain_activity()
        send_all()
        self.said_there = self.there()

    def does(self, event: str, name: str) -> None:
        """Let one thing happen."""
        if event == "here":
            touch(self.member, name=name)
        elif event == "there":
            SandboxContact.objects.filter(connection=self.crm).update(name=name, changed_at=timezone.now())
            self.said_there = name
        elif event == "send":
            send_once()
        elif event == "poll":
            connection_poll(self.crm)
        else:
            connection_audit(self.crm)
        drain_activity()

    def rounds(self, number: int) -> int:
        """Let both sides talk; return how many writing calls that took."""
        before = pushes()
        for _ in range(number):
            connection_poll(self.crm)
            drain_activity()
            send_all()
        return pushes() - before

    def here(self) -> str:
        """Our name."""
        return Member.objects.values_list("name", flat=True).get(pk=self.member.pk)

    def there(self) -> str:
        """Their name."""
        return SandboxContact.objects.values_list("name", flat=True).get(connection=self.crm)


@settings(max_examples=20, deadline=None)
@given(
    events=st.lists(_events, max_size=12),
    owner=st.sampled_from(["ours", "crm", "newest", "manual"]),
    known_before=st.booleans(),
)
def test_both_sides_come_to_rest(events: list[tuple[str, str]], owner: str, known_before: bool) -> None:
    world = World(owner, known_before=known_before)

    for event, name in events:
        world.does(event, name)
    world.rounds(3)
    rest = (world.here(), world.there())

    assert world.rounds(3) == 0, "somebody goes on talking"
    assert (world.here(), world.there()) == rest
    assert not CrmDirty.objects.exists()
    if owner == "newest" and not known_before:
        assert world.here() == world.there()
    if owner == "ours" and not known_before:
        connection_audit(world.crm)
        send_all()
        assert world.there() == world.here()
    if owner == "crm" or known_before:
        assert world.there() == world.said_there, "we wrote a name that is theirs"
