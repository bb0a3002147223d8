"""What comes back from the CRM: case states, accounts, merges; echoes and drift; the nightly comparison."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from community.activity.delivery import drain_activity
from community.activity.models import Activity
from crm_sync.connectors.sandbox_records import sandbox_contact_merge
from crm_sync.engine.auditing import connection_audit
from crm_sync.engine.merging import Field, merge
from crm_sync.engine.polling import connection_poll
from crm_sync.models import (
    AccountFact,
    Connection,
    Cursor,
    Drift,
    Link,
    Run,
    SandboxAccount,
    SandboxCase,
    SandboxContact,
)
from forums.models import TopicCase
from tests.crm_sync.driving import escalated_topic, pushes, send_all, touch
from tests.factories.crm_sync import ConnectionFactory, SandboxAccountFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def change(record: Any, **values: Any) -> None:
    """Change a record in the CRM, as its people do."""
    type(record).objects.filter(pk=record.pk).update(**values, changed_at=timezone.now())


def test_a_case_state_changed_in_the_crm_comes_to_the_topic_with_its_reference() -> None:
    crm = ConnectionFactory()
    topic = escalated_topic()
    send_all()

    change(SandboxCase.objects.get(), state="waiting")
    connection_poll(crm)

    case = TopicCase.objects.get(topic=topic)
    assert (case.state, case.reference, case.system) == (
        "waiting",
        f"CASE-{SandboxCase.objects.get().pk}",
        "Sandbox CRM",
    )
    changed = Activity.objects.filter(type="forums.case_changed").latest("pk")
    assert changed.origin == f"crm:{crm.pk}"


def test_polling_again_takes_nothing_over_and_leaves_no_run() -> None:
    crm = ConnectionFactory()
    escalated_topic()
    send_all()
    connection_poll(crm)

    Connection.objects.update(last_success_at=None)

    taken = connection_poll(crm)

    assert taken == 0
    assert Connection.objects.get().last_success_at is not None, "that it was asked and answered is a success"
    assert Run.objects.filter(purpose="poll").count() == 1


def test_a_thousand_changes_back_cause_no_further_write_after_they_converged() -> None:
    crm = ConnectionFactory()
    escalated_topic()
    send_all()
    for state in ("waiting", "open", "solved"):
        change(SandboxCase.objects.get(), state=state)
        connection_poll(crm)
        drain_activity()
        send_all()
    before = pushes()

    connection_poll(crm)
    drain_activity()
    send_all()

    assert pushes() == before


def test_accounts_come_in_with_plan_revenue_and_owner_and_members_belong_to_them() -> None:
    crm = ConnectionFactory()
    SandboxAccountFactory(connection=crm)
    member = MemberFactory(email="ana@ostler.example")
    touch(member)
    drain_activity()
    send_all()

    connection_poll(crm)

    fact = AccountFact.objects.get()
    assert (fact.plan, fact.revenue_minor, fact.currency, fact.owner) == ("Fleet", 4_800_000, "EUR", "Ines Prado")
    member.refresh_from_db()
    assert member.account is not None
    assert (member.account.key, member.account.name) == (f"crm:{crm.pk}:{fact.remote_id}", "Ostler")


def test_a_plan_changed_in_the_crm_comes_in_with_the_next_poll() -> None:
    crm = ConnectionFactory()
    account = SandboxAccountFactory(connection=crm)
    connection_poll(crm)

    change(account, plan="Enterprise")
    connection_poll(crm)

    assert AccountFact.objects.get().plan == "Enterprise"


def test_a_name_changed_in_the_crm_is_ours_to_say_and_is_sent_again() -> None:
    crm = ConnectionFactory()
    member = MemberFactory(name="Ana")
    touch(member)
    drain_activity()
    send_all()

    change(SandboxContact.objects.get(), name="Anna")
    connection_poll(crm)
    send_all()

    assert SandboxContact.objects.get().name == "Ana"
    assert Drift.objects.get().action == "repaired"


def test_an_old_value_of_ours_read_late_is_an_echo_and_no_change() -> None:
    crm = ConnectionFactory()
    member = MemberFactory(name="First")
    touch(member)
    drain_activity()
    send_all()
    touch(member, name="Second")
    drain_activity()
    send_all()

    change(SandboxContact.objects.get(), name="First")
    connection_poll(crm)

    assert not Drift.objects.exists()


def test_a_merge_seen_by_the_poll_relinks_and_keeps_the_old_id() -> None:
    crm = ConnectionFactory()
    member = MemberFactory()
    touch(member)
    drain_activity()
    send_all()
    old = SandboxContact.objects.get()

    survivor = sandbox_contact_merge(old)
    connection_poll(crm)
    send_all()

    link = Link.objects.get(kind="contact")
    assert (link.remote_id, link.former_ids, link.state) == (str(survivor.pk), [str(old.pk)], "linked")


def test_hundreds_of_changes_of_one_moment_are_all_read() -> None:
    crm = ConnectionFactory()
    at = timezone.now()
    SandboxAccount.objects.bulk_create(
        SandboxAccount(connection=crm, name=f"Company {number}", changed_at=at) for number in range(450)
    )

    connection_poll(crm)

    assert AccountFact.objects.count() == 450
    assert Cursor.objects.get(kind="account").time == at


def test_the_audit_finds_and_repairs_every_drift() -> None:
    crm = ConnectionFactory()
    for member in MemberFactory.create_batch(60):
        touch(member)
    drain_activity()
    send_all()
    for contact in SandboxContact.objects.all()[:50]:
        SandboxContact.objects.filter(pk=contact.pk).update(facts={**contact.facts, "points": 999})

    report = connection_audit(crm)
    send_all()

    assert (report["contact"].ours, report["contact"].theirs, report["contact"].drifted) == (60, 60, 50)
    assert not SandboxContact.objects.filter(facts__points=999).exists()
    assert connection_audit(crm)["contact"].drifted == 0


def test_the_audit_brings_a_deleted_record_to_a_person_and_retry_makes_it_anew() -> None:
    from crm_sync.models import CrmDirty
    from crm_sync.services import dead_retry

    crm = ConnectionFactory()
    touch(MemberFactory())
    drain_activity()
    send_all()
    SandboxContact.objects.all().delete()

    report = connection_audit(crm)
    send_all()

    assert report["contact"].missing == 1
    assert CrmDirty.objects.get().last_error == "gone"
    assert dead_retry(crm=crm, cause="gone") == 1
    send_all()
    assert SandboxContact.objects.count() == 1


def test_the_audit_links_a_record_again_whose_link_was_lost() -> None:
    crm = ConnectionFactory()
    touch(MemberFactory())
    drain_activity()
    send_all()
    Link.objects.all().delete()

    report = connection_audit(crm)
    send_all()

    assert report["contact"].found == 1
    assert Link.objects.get().state == "linked"
    assert SandboxContact.objects.count() == 1


@given(
    base=st.sampled_from(["a", "b", None]),
    theirs=st.sampled_from(["a", "b"]),
    owner=st.sampled_from(["ours", "crm", "newest", "manual"]),
    ours_later=st.sampled_from([None, -1, 1]),
)
def test_merge_takes_theirs_only_from_an_owner_who_may_say_it(
    base: str | None, theirs: str, owner: Any, ours_later: int | None
) -> None:
    ours_at = None if ours_later is None else NOON + timedelta(hours=ours_later)
    field = Field(base=base, theirs=theirs, ours_changed_at=ours_at, theirs_changed_at=NOON)

    decision = merge(field, owner)

    if theirs == base:
        assert decision == "nothing"
    elif owner == "crm":
        assert decision == "take"
    elif owner == "newest" and base is not None:
        assert decision == ("repair" if ours_later == 1 else "take")
    else:
        assert decision in ("nothing", "repair", "manual")
