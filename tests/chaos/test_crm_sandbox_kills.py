"""The sandbox under all its faults, two engines at once, killed thirty times: nothing lost, nothing doubled.

What is there at the end is read through the connector's own interface and compared with what should be there. A few of
the people were there before us: they are taken over, not doubled.
"""

import random
import time

import pytest

from community.activity.contracts import CaseFacts, ContactFacts
from community.activity.delivery import drain_activity
from crm_sync.connectors.base import CASE, CONTACT, NOTE, ConnectorConfig, RemoteRecord
from crm_sync.connectors.sandbox import Sandbox
from crm_sync.engine.auditing import connection_audit
from crm_sync.engine.merging import KEPT
from crm_sync.engine.polling import connection_poll
from crm_sync.models import Attempt, Connection, Link, SandboxContact, SandboxFaults
from crm_sync.rendering import case_render, contact_render
from tests.chaos.crm_rounds import (
    KILLS,
    cases_compare,
    contacts_compare,
    engine_kill,
    engine_start,
    notes_compare,
    settle,
    something_happens,
)
from tests.crm_sync.driving import touch
from tests.factories.crm_sync import ConnectionFactory
from tests.factories.forums import TopicFactory
from tests.factories.members import MemberFactory

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
LEASE_S = 1.0
SETTLE_S = 2
"""Longer than the slowest answer: what CRM and engine must agree on where no key is unique."""
FAULTS = {"throttle": 4, "stored_500": 10, "cut": 10, "slow": 4, "lock": 6, "merge": 3, "bad_row": 3}
KNOWN = 6


def wait_for_calls(wanted: int) -> None:
    """Let the engines begin so many calls, or find nothing more to do, so that a kill hits one at work."""
    before, ends_at = Attempt.objects.count(), time.monotonic() + 4
    while Attempt.objects.count() < before + wanted and time.monotonic() < ends_at:
        Connection.objects.exclude(wait_until=None).update(wait_until=None)  # no breaker may slow the faults down
        time.sleep(0.01)


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
    by_key = {record.key: record for record in records}
    adopted = set(Link.objects.filter(kind=CONTACT, adopted=True).values_list("remote_id", flat=True))

    def is_erased(key: str) -> bool:
        record = by_key[key]
        return not record.active and not record.values["name"] and not record.values["email"]

    def compared(key: str, known: ContactFacts) -> str:
        record = by_key[key]
        left = KEPT if record.remote_id in adopted else frozenset()
        wanted = {name: value for name, value in contact_render(known).values.items() if name not in left}
        assert {name: record.values.get(name) for name in wanted} == wanted
        return record.remote_id

    remote: dict[int, str] = contacts_compare([one.key for one in records], is_erased=is_erased, compared=compared)
    named = SandboxContact.objects.filter(connection=crm, is_active=True, key__isnull=False).count()
    assert named == len(remote), "somebody is there twice"
    nameless = SandboxContact.objects.filter(connection=crm, is_active=True, key=None).values_list("name", flat=True)
    assert all(name.startswith("Known ") for name in nameless), "somebody of ours is there without a key"
    return remote


def check_cases(crm: Connection, remote: dict[int, str]) -> int:
    """Compare cases; return how many there are."""
    by_key = {record.key: record for record in everything(crm, CASE)}

    def compared(key: str, _topic_id: int, known: CaseFacts) -> None:
        record = by_key[key]
        wanted = case_render(known, personal=known.contact_id in remote).values
        assert {name: record.values.get(name) for name in wanted} == dict(wanted)
        if known.contact_id in remote:
            assert record.parent_id == remote[known.contact_id]

    return cases_compare([one.key for one in everything(crm, CASE)], expected=lambda _known: True, compared=compared)


@pytest.mark.parametrize("keyless", [True, False])
def test_thirty_kills_under_all_faults_lose_and_double_nothing(keyless: bool) -> None:
    dice = random.Random(20260302 + keyless)  # noqa: S311 repeatable, not secret
    crm = ConnectionFactory(
        options={"case_unique_key": not keyless, "settle_s": SETTLE_S}, timeline_rule="raw", burst_calls=10_000
    )
    SandboxFaults.objects.create(connection=crm, chances=FAULTS, slow_ms=1300)
    members = MemberFactory.create_batch(20)
    for member in members[:KNOWN]:
        SandboxContact.objects.create(connection=crm, name=f"Known {member.pk}", email=str(member.email).upper())
    topics = [TopicFactory(author=member) for member in members[:5]]
    for member in members:
        touch(member)
    drain_activity()
    engines = [engine_start(LEASE_S), engine_start(LEASE_S)]
    try:
        for kill in range(KILLS):
            for _ in range(dice.randrange(2, 8)):
                something_happens(dice, members, topics)
            drain_activity()
            connection_poll(crm) if kill % 5 == 4 else None
            wait_for_calls(dice.randrange(2, 9))
            time.sleep(dice.uniform(0, 0.05))
            engine_kill(engines.pop(0))
            engines.append(engine_start(LEASE_S))
    finally:
        for pid in engines:
            engine_kill(pid)

    drain_activity()
    time.sleep(LEASE_S)
    SandboxFaults.objects.update(chances={})
    settle(crm, lease_s=LEASE_S, within_s=120, each_turn=lambda: connection_poll(crm))

    remote = check_contacts(crm)
    cases = check_cases(crm, remote)
    notes = notes_compare([one.key for one in everything(crm, NOTE)], remote, only_theirs=False)
    unknown = Attempt.objects.filter(failure_class="unknown").count()
    report = connection_audit(crm)
    assert all(one.drifted == one.missing == one.doubled == one.found == 0 for one in report.values()), report
    assert len(remote) >= 20
    assert cases >= 5
    assert notes >= 15
    assert unknown >= 10, "the faults did not bite"
    assert Link.objects.filter(kind=CONTACT, adopted=True).count() >= KNOWN // 2
