"""The sandbox under all its faults, two engines at once, killed thirty times: nothing lost, nothing doubled.

What is there at the end is read through the connector's own interface and compared with what should be there.
"""

import os
import random
import signal
import time
from collections import Counter
from typing import Any

import pytest
from django.db import connections

from community.activity.delivery import drain_activity
from community.activity.models import Activity
from community.activity.subjects import subject_of
from community.members.models import Member
from community.privacy.services import erase_member
from crm_sync.connectors.base import CASE, CONTACT, NOTE, ConnectorConfig, RemoteRecord
from crm_sync.connectors.sandbox import Sandbox
from crm_sync.engine.auditing import connection_audit
from crm_sync.engine.notes import OPENING_POST, WORDS
from crm_sync.engine.polling import connection_poll
from crm_sync.identity import external_key
from crm_sync.models import Attempt, Connection, CrmDirty, CrmTimeline, SandboxContact, SandboxFaults
from crm_sync.rendering import case_render, contact_render
from crm_sync.senders import RecordSender, TimelineSender
from crm_sync.services import dead_retry
from forums.models import Topic
from tests.crm_sync.driving import touch
from tests.factories.crm_sync import ConnectionFactory
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
KILLS = 30
LEASE_S = 1.0
SETTLE_S = 2
"""Longer than the slowest answer: what CRM and engine must agree on where no key is unique."""
FAULTS = {"throttle": 4, "stored_500": 10, "cut": 10, "slow": 4, "lock": 6, "merge": 3, "bad_row": 3}


class _Records(RecordSender):
    lease_s = LEASE_S


class _Timeline(TimelineSender):
    lease_s = LEASE_S


def engine() -> None:
    """Send for ever, as a worker does."""
    senders = (_Records(), _Timeline())
    while True:
        if not sum(sender.run_once() for sender in senders):
            time.sleep(0.02)


def engine_start() -> int:
    """Fork an engine; return its process id."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    while True:
        try:
            engine()
        except Exception:  # noqa: BLE001 a worker's line survives what a step raises, and so does this one
            connections.close_all()
            time.sleep(0.05)
    os._exit(1)


def engine_kill(pid: int) -> None:
    """Kill it, without warning."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def wait_for_calls(wanted: int) -> None:
    """Let the engines begin so many calls, or find nothing more to do, so that a kill hits one at work."""
    before, ends_at = Attempt.objects.count(), time.monotonic() + 4
    while Attempt.objects.count() < before + wanted and time.monotonic() < ends_at:
        Connection.objects.exclude(wait_until=None).update(wait_until=None)  # no breaker may slow the faults down
        time.sleep(0.01)


def something_happens(dice: random.Random, members: list[Any], topics: list[Any]) -> None:
    """Let one thing happen in the community."""
    happening = dice.choices(["rename", "ask", "answer", "escalate", "join", "erase"], [30, 15, 20, 20, 10, 2])[0]
    member = dice.choice(members)
    if happening == "join":
        members.append(MemberFactory())
        touch(members[-1])
    elif happening == "erase" and len(members) > 8:
        members.remove(member)
        topics[:] = [topic for topic in topics if topic.author_id != member.pk]
        erase_member(member.pk)
    elif happening == "ask":
        topics.append(TopicFactory(author=member))
    elif happening == "answer" and topics:
        PostFactory(author=member, topic=dice.choice(topics))
    elif happening == "escalate" and topics:
        subject_of("forums.topic").escalate(dice.choice(topics).pk, actor_id=None)
    else:
        touch(member, name=f"Name {dice.randrange(10**6)}")


def settle(crm: Connection) -> None:
    """Let the engine finish, and people cure what waits for them; as it runs, no clock is turned."""
    SandboxFaults.objects.update(chances={})
    senders = (_Records(), _Timeline())
    ends_at = time.monotonic() + 120
    while time.monotonic() < ends_at:
        connection_poll(crm)
        for model in (CrmDirty, CrmTimeline):
            for cause in set(model.objects.filter(state="dead").values_list("last_error", flat=True)):
                dead_retry(crm=crm, cause=cause)
        if not sum(sender.run_once() for sender in senders):
            if not CrmDirty.objects.exists() and not CrmTimeline.objects.exists():
                return
            time.sleep(0.1)
    left = list(CrmDirty.objects.values("kind", "object_id", "state", "last_error")[:5])
    raise AssertionError(f"not settled: {left} {list(CrmTimeline.objects.values()[:3])}")


def everything(crm: Connection, kind: str) -> list[RemoteRecord]:
    """Read all records with a key of ours through the connector."""
    connector = Sandbox(ConnectorConfig(connection_id=crm.pk, endpoint="", options=crm.options))
    records: list[RemoteRecord] = []
    while page := connector.listing(kind, records[-1].remote_id if records else "", 200):
        records += page
    return records


def check_contacts(crm: Connection) -> dict[int, str]:
    """Compare people; return the remote id of each member."""
    records = everything(crm, CONTACT)
    assert [key for key, times in Counter(record.key for record in records).items() if times > 1] == []
    by_key = {record.key: record for record in records}
    facts = subject_of("members.member").facts(Member.objects.values_list("pk", flat=True))
    remote = {}
    for member_id, known in facts.items():
        record = by_key.get(external_key(CONTACT, member_id))
        if known.erased:
            assert record is None or (not record.active and not record.values["name"] and not record.values["email"])
            continue
        assert record is not None, f"member {member_id} is lost"
        wanted = contact_render(known).values
        assert {name: record.values.get(name) for name in wanted} == dict(wanted)
        remote[member_id] = record.remote_id
    named = SandboxContact.objects.filter(connection=crm, is_active=True).count()
    assert named == len(remote), "somebody is there twice, or without a key"
    return remote


def check_cases(crm: Connection, remote: dict[int, str]) -> int:
    """Compare cases; return how many there are."""
    records = everything(crm, CASE)
    assert [key for key, times in Counter(record.key for record in records).items() if times > 1] == []
    by_key = {record.key: record for record in records}
    facts = subject_of("forums.topic").facts(Topic.objects.values_list("pk", flat=True))
    assert len(records) == len(facts)
    for topic_id, known in facts.items():
        record = by_key[external_key(CASE, topic_id)]
        wanted = case_render(known, personal=known.contact_id in remote).values
        assert {name: record.values.get(name) for name in wanted} == dict(wanted)
        if known.contact_id in remote:
            assert record.parent_id == remote[known.contact_id]
    return len(records)


def check_notes(crm: Connection, remote: dict[int, str]) -> int:
    """Compare timelines; return how many notes there are. Of erased people some may be missing, none doubled."""
    records = everything(crm, NOTE)
    keys = Counter(record.key for record in records)
    assert [key for key, times in keys.items() if times > 1] == []
    noted = Activity.objects.filter(type__in=WORDS, actor_id__in=remote).exclude(OPENING_POST)
    assert {external_key("activity", pk) for pk in noted.values_list("pk", flat=True)} <= keys.keys()
    return len(records)


@pytest.mark.parametrize("keyless", [True, False])
def test_thirty_kills_under_all_faults_lose_and_double_nothing(keyless: bool) -> None:
    dice = random.Random(20260302 + keyless)  # noqa: S311 repeatable, not secret
    crm = ConnectionFactory(
        options={"case_unique_key": not keyless, "settle_s": SETTLE_S}, timeline_rule="raw", burst_calls=10_000
    )
    SandboxFaults.objects.create(connection=crm, chances=FAULTS, slow_ms=1300)
    members = MemberFactory.create_batch(20)
    topics = [TopicFactory(author=member) for member in members[:5]]
    for member in members:
        touch(member)
    drain_activity()
    engines = [engine_start(), engine_start()]
    try:
        for kill in range(KILLS):
            for _ in range(dice.randrange(2, 8)):
                something_happens(dice, members, topics)
            drain_activity()
            connection_poll(crm) if kill % 5 == 4 else None
            wait_for_calls(dice.randrange(2, 9))
            time.sleep(dice.uniform(0, 0.05))
            engine_kill(engines.pop(0))
            engines.append(engine_start())
    finally:
        for pid in engines:
            engine_kill(pid)

    drain_activity()
    time.sleep(LEASE_S)
    settle(crm)

    remote = check_contacts(crm)
    cases = check_cases(crm, remote)
    notes = check_notes(crm, remote)
    unknown = Attempt.objects.filter(failure_class="unknown").count()
    report = connection_audit(crm)
    assert all(one.drifted == one.missing == one.doubled == one.found == 0 for one in report.values()), report
    assert len(remote) >= 20
    assert cases >= 5
    assert notes >= 15
    assert unknown >= 10, "the faults did not bite"
