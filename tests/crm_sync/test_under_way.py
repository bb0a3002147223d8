"""What happens while a run is under way, or between two: a pause, an erasure, a late loss, a colleague's change."""

from collections.abc import Sequence
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from community.activity.delivery import drain_activity
from community.privacy.services import erase_member
from crm_sync import services
from crm_sync.connectors.sandbox import Sandbox
from crm_sync.engine.polling import connection_poll
from crm_sync.errors import Duplicate
from crm_sync.models import Attempt, CrmDirty, Link, SandboxContact, SandboxFaults
from crm_sync.senders import RecordSender
from tests.crm_sync.driving import escalated_topic, make_due, send_all, send_once, touch
from tests.factories.crm_sync import ConnectionFactory, SandboxAccountFactory, SandboxFaultsFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db
Fault = SandboxFaults.Fault


def kept_of_calls() -> str:
    """Return all that stands in records of calls."""
    return str(list(Attempt.objects.values()))


def test_a_pause_stops_a_run_after_the_call_that_is_under_way() -> None:
    crm = ConnectionFactory()

    class Paused(RecordSender):
        def settled(self, settlements: Sequence[Any]) -> None:
            super().settled(settlements)
            services.connection_pause(crm)

    for member in MemberFactory.create_batch(60):
        touch(member)
    drain_activity()
    make_due()

    Paused().run_once()

    assert SandboxContact.objects.count() == 25
    assert CrmDirty.objects.filter(state="waiting", lease_until=None, attempts=0).count() == 35


def test_syncing_by_hand_asks_nothing_of_a_paused_connection() -> None:
    crm = ConnectionFactory()
    services.connection_pause(crm)

    call_command("crm_sync", "--audit", stdout=StringIO())

    assert not Attempt.objects.exists()


def test_a_poll_before_the_crm_heard_of_an_erasure_gives_the_member_no_account_again() -> None:
    crm = ConnectionFactory()
    SandboxAccountFactory(connection=crm)
    member = MemberFactory(email="ana@ostler.example")
    touch(member)
    drain_activity()
    send_all()
    connection_poll(crm)

    erase_member(member.pk)
    connection_poll(crm)

    member.refresh_from_db()
    assert member.account is None
    assert Link.objects.get(kind="contact").account_id == ""


@pytest.mark.parametrize("script", [[Fault.THROTTLE], [Fault.LOCK], [Fault.STORED_500]])
def test_a_call_whose_rows_were_not_written_down_forgets_an_erased_person_too(script: list[str]) -> None:
    crm = ConnectionFactory()
    SandboxFaultsFactory(connection=crm, script=script)
    member, other = MemberFactory(name="Ana Ruiz"), MemberFactory()
    touch(member)
    touch(other)
    drain_activity()
    send_once()
    assert "Ana Ruiz" in kept_of_calls()
    CrmDirty.objects.filter(object_id=member.pk).update(state="dead")
    send_all()

    erase_member(member.pk)
    drain_activity()
    send_all()

    assert "Ana Ruiz" not in kept_of_calls()


def test_an_erasure_while_the_first_call_is_refused_leaves_no_name_behind() -> None:
    ConnectionFactory()
    member = MemberFactory(name="Ana Ruiz " + "x" * 80)
    touch(member)
    drain_activity()
    make_due()

    class Erased(RecordSender):
        def _settle(self, settlements: Sequence[Any]) -> None:
            if not SandboxContact.objects.exists() and CrmDirty.objects.get().epoch == 1:
                erase_member(member.pk)
            super()._settle(settlements)

    Erased().run_once()
    drain_activity()
    send_all()

    assert "Ana Ruiz" not in kept_of_calls()


def test_the_settling_time_runs_from_the_lost_reply_and_not_from_the_call() -> None:
    crm = ConnectionFactory(keyless=True)
    member = MemberFactory()
    touch(member)
    drain_activity()
    send_all()
    SandboxFaultsFactory(connection=crm, script=[Fault.CUT])
    escalated_topic(author=member)
    CrmDirty.objects.filter(kind="contact").delete()  # the fault is for the case

    make_due()
    RecordSender().run_once()

    link, lost = Link.objects.get(kind="case"), Attempt.objects.get(failure_class="unknown")
    assert link.unknown_since is not None
    assert link.unknown_since >= lost.started_at + timedelta(milliseconds=(lost.duration_ms or 0) - 1)


def test_a_record_found_after_a_duplicate_gets_what_we_have_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    ConnectionFactory()
    member = MemberFactory(name="Ana Ruiz")
    touch(member)
    drain_activity()
    send_all()
    Link.objects.all().delete()
    target = Sandbox._target

    def strict(crm: Sandbox, kind: str, row: Any) -> Any:
        """A CRM that refuses a second record of one key, and writes only what changed."""
        record = target(crm, kind, row)
        if record.pk and not row.remote_id:
            raise Duplicate("There is one of this key.")
        record.facts = {**record.facts, "written": sorted(row.changed)}
        return record

    monkeypatch.setattr(Sandbox, "_target", strict)
    written: list[frozenset[str]] = []
    push = Sandbox.push

    def kept(crm: Sandbox, kind: str, rows: Sequence[Any], *, deadline: float) -> Any:
        written.extend(row.changed for row in rows if row.remote_id)
        return push(crm, kind, rows, deadline=deadline)

    monkeypatch.setattr(Sandbox, "push", kept)
    touch(member, name="Ana Sanz")
    drain_activity()
    send_all()

    assert len(written) == 1
    assert {"name", "email", "points"} <= written[0]


def test_a_conflict_that_a_colleague_cured_is_written_anew_when_it_is_tried_again() -> None:
    crm = ConnectionFactory()
    member = MemberFactory(name="Ana Ruiz")
    touch(member)
    drain_activity()
    send_all()
    link = Link.objects.get(kind="contact")
    SandboxContact.objects.update(name="Typed in meanwhile")
    Link.objects.filter(pk=link.pk).update(state="conflict", detail=f"shared: {link.remote_id}", remote_id=None)
    touch(member)
    drain_activity()
    send_all()

    services.dead_retry(crm=crm, cause=CrmDirty.objects.get().last_error)
    send_all()

    assert SandboxContact.objects.get().name == "Ana Ruiz"
