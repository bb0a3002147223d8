"""A real Tryton behind a bad network, with bad rows of its own, two engines at once, killed thirty times.

What is there at the end is read through Tryton's own API by another login, and compared with what should be there.
"""

import random
import sys
import time
from collections import Counter

import pytest

from community.activity.contracts import CaseFacts, ContactFacts
from community.activity.delivery import drain_activity
from community.members.models import Member
from crm_sync.engine.polling import connection_poll
from crm_sync.identity import installation_key
from crm_sync.models import Attempt, Connection, Link
from forums.models import TopicCase
from tests.acceptance.worlds import new_installation
from tests.chaos.crm_rounds import (
    KILLS,
    cases_compare,
    contacts_compare,
    engine_kill,
    engine_start,
    notes_compare,
    senders_of,
    settle,
    something_happens,
)
from tests.crm_sync.driving import touch
from tests.factories.crm_runs import TrytonConnectionFactory
from tests.factories.forums import TopicFactory
from tests.factories.members import MemberFactory
from tests.servers.fault_proxy import FaultProxy
from tests.servers.tryton import TrytonServer

pytestmark = [pytest.mark.chaos, pytest.mark.tryton, pytest.mark.django_db(transaction=True)]
KNOWN = 6
"""Members whom Tryton knew before us."""
LEASE_S = 2.0
SETTLE_S = 4
"""Longer than the slowest answer, a request of a killed engine included."""
BAD_WEATHER = {"throttled": 0.04, "stored_500": 0.03, "cut": 0.03, "slow": 0.03}
STORM = {"throttled": 0.05, "stored_500": 0.2, "cut": 0.2, "slow": 0.1}
"""Over the requests that write, where a lost reply matters."""
STATES = {"draft": "open", "waiting": "waiting", "done": "solved"}


def let_it_work(proxy: FaultProxy, dice: random.Random) -> None:
    """Wait for a few requests, so that the kill meets an engine at work; no breaker may calm the weather meanwhile."""
    wanted, ends_at = len(proxy.seen) + dice.randrange(2, 12), time.monotonic() + 4
    while len(proxy.seen) < wanted and time.monotonic() < ends_at:
        Connection.objects.update(wait_until=None, trouble_count=0)
        time.sleep(0.1)
    time.sleep(dice.uniform(0, 0.2))


def support_decides(server: TrytonServer, dice: random.Random) -> None:
    """Let a colleague in Tryton take a complaint over, or finish it."""
    complaints = [one for one in server.complaints(f"{installation_key()}:case:") if one["state"] != "done"]
    if complaints:
        chosen = dice.choice(complaints)
        server.call("sale.complaint", "wait" if chosen["state"] == "draft" else "approve", [chosen["id"]])


def names_are_corrected() -> None:
    """Let people correct names that Tryton refuses."""
    for member in Member.objects.filter(name__contains="\t"):
        touch(member, name=member.name.replace("\t", " "))
    drain_activity()


def meet_a_bad_row() -> None:
    """Send until Tryton refused a name: the storm may have kept every one of them away from it."""
    senders, ends_at = senders_of(LEASE_S), time.monotonic() + 60
    while not Attempt.objects.filter(rows__failure_class="invalid").exists():
        assert time.monotonic() < ends_at, "no bad row was met"
        if not sum(sender.run_once() for sender in senders):
            time.sleep(0.1)


def check_parties(server: TrytonServer) -> dict[int, int]:
    """Compare people; return the party of each member that is not erased. Who was there before keeps name and code."""
    parties = {party["code"]: party for party in server.parties(f"{installation_key()}:contact:")}
    known_before = {
        line["code"]: {**party, "adopted": True}
        for party in server.find("party.party", [], ["code", "name", "active", "identifiers.code"])
        for line in party["identifiers."]
        if line["code"].startswith(installation_key())
    }
    by_key = {**parties, **known_before}
    lines = server.find("party.contact_mechanism", [["type", "=", "email"]], ["party", "value"])
    mails: dict[int, list[str]] = {}
    for line in lines:
        mails.setdefault(line["party"], []).append(line["value"])

    def is_erased(key: str) -> bool:
        return (by_key[key]["name"], bool(by_key[key]["active"])) == ("Former member", False)

    def compared(key: str, known: ContactFacts) -> int:
        party = by_key[key]
        if party.get("adopted"):
            assert (party["name"], mails[party["id"]]) == (f"Known {known.handle}", [str(known.email).upper()])
        else:
            assert (party["name"], mails[party["id"]]) == (known.name, [known.email])
        return int(party["id"])

    keys = [*(party["code"] for party in server.parties(f"{installation_key()}:contact:")), *known_before]
    found: dict[int, int] = contacts_compare(keys, is_erased=is_erased, compared=compared)
    return found


def check_complaints(server: TrytonServer, parties: dict[int, int]) -> int:
    """Compare cases and the states that came back; return how many there are. Those of erased people may be missing."""
    complaints = server.complaints(f"{installation_key()}:case:")
    by_key = {complaint["reference"]: complaint for complaint in complaints}

    def compared(key: str, topic_id: int, known: CaseFacts) -> None:
        assert by_key[key]["customer"] == parties[known.contact_id]
        assert TopicCase.objects.get(topic_id=topic_id).state == STATES[by_key[key]["state"]]

    return cases_compare(
        [complaint["reference"] for complaint in complaints],
        expected=lambda known: known.contact_id in parties,
        compared=compared,
    )


def check_notes(server: TrytonServer, parties: dict[int, int]) -> int:
    """Compare timelines; return how many notes there are."""
    messages = [note for party in parties.values() for note in server.notes(f"party.party,{party}")]
    keys = [message.rpartition("[")[2].removesuffix("]") for message in messages]
    return notes_compare(keys, parties, only_theirs=True)


def test_thirty_kills_in_bad_weather_lose_and_double_nothing(tryton: TrytonServer):
    dice = random.Random(20260302)  # noqa: S311 repeatable, not secret
    new_installation()
    with FaultProxy(tryton.origin, seed=7, slow_s=1.3) as proxy:
        crm = TrytonConnectionFactory(
            endpoint=f"{proxy.url}/crm",
            credentials={"user": tryton.user, "password": tryton.password},
            options={"settle_s": SETTLE_S},
            timeline_rule="raw",
            burst_calls=10_000,
            concurrent_calls=2,
        )
        members = MemberFactory.create_batch(20)
        for member in members[:KNOWN]:
            lines = [["create", [{"type": "email", "value": str(member.email).upper()}]]]
            values = {"name": f"Known {member.handle}", "contact_mechanisms": lines}
            tryton.call("party.party", "create", [values])
        topics = [TopicFactory(author=member) for member in members[:5]]
        for member in [*members, *MemberFactory.create_batch(3, name="Ada\tByron")]:
            touch(member)
        drain_activity()
        proxy.chance, proxy.chance_of = BAD_WEATHER, {b".create": STORM, b".write": STORM}
        engines = [engine_start(LEASE_S), engine_start(LEASE_S)]
        try:
            for kill in range(KILLS):
                for _ in range(dice.randrange(2, 6)):
                    something_happens(dice, members, topics, bad_names=0.1)
                drain_activity()
                if kill % 5 == 4:
                    connection_poll(crm)
                    support_decides(tryton, dice)
                let_it_work(proxy, dice)
                engine_kill(engines.pop(0))
                engines.append(engine_start(LEASE_S))
        finally:
            for pid in engines:
                engine_kill(pid)
        faults = Counter(seen.fate for seen in proxy.seen)
        sys.stderr.write(f"{KILLS} kills, {len(proxy.seen)} requests: {dict(faults)}\n")
        drain_activity()
        time.sleep(LEASE_S)
        proxy.calm()
        meet_a_bad_row()
        names_are_corrected()
        settle(crm, lease_s=LEASE_S, within_s=100)
        connection_poll(crm)

    parties = check_parties(tryton)
    assert check_complaints(tryton, parties) >= 5
    assert check_notes(tryton, parties) >= 25
    assert len(parties) >= 20
    assert Link.objects.filter(kind="contact", adopted=True).count() >= KNOWN // 2
    assert min(faults[fault] for fault in BAD_WEATHER) >= 1, faults
    lost = sum(seen.fate in ("stored_500", "cut") and b".create" in seen.body for seen in proxy.seen)
    assert lost >= 5, "the faults did not bite"
