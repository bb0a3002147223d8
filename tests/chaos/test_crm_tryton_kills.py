"""A real Tryton behind a bad network, with bad rows of its own, two engines at once, killed thirty times.

What is there at the end is read through Tryton's own API by another login, and compared with what should be there.
"""

import gc
import logging
import os
import random
import signal
import sys
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
from crm_sync.engine.notes import OPENING_POST, WORDS
from crm_sync.engine.polling import connection_poll
from crm_sync.identity import external_key, installation_key
from crm_sync.models import Attempt, Connection, CrmDirty, CrmTimeline
from crm_sync.senders import RecordSender, TimelineSender
from crm_sync.services import dead_retry
from forums.models import Topic, TopicCase
from tests.acceptance.worlds import new_installation
from tests.crm_sync.driving import touch
from tests.factories.crm_runs import TrytonConnectionFactory
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory
from tests.servers.fault_proxy import FaultProxy
from tests.servers.tryton import TrytonServer

pytestmark = [pytest.mark.chaos, pytest.mark.tryton, pytest.mark.django_db(transaction=True)]
KILLS = 30
LEASE_S = 2.0
SETTLE_S = 4
"""Longer than the slowest answer, a request of a killed engine included."""
BAD_WEATHER = {"throttled": 0.04, "stored_500": 0.03, "cut": 0.03, "slow": 0.03}
STORM = {"throttled": 0.05, "stored_500": 0.2, "cut": 0.2, "slow": 0.1}
"""Over the requests that write, where a lost reply matters."""
STATES = {"draft": "open", "waiting": "waiting", "done": "solved"}


class _Records(RecordSender):
    lease_s = LEASE_S


class _Timeline(TimelineSender):
    lease_s = LEASE_S


def engine_start() -> int:
    """Fork an engine that sends for ever, as a worker does; return its process id."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    gc.freeze()  # the parent's proxy is not ours to tidy up, nor to complain about
    logging.getLogger("asyncio").disabled = True
    senders = (_Records(), _Timeline())
    while True:
        try:
            if not sum(sender.run_once() for sender in senders):
                time.sleep(0.02)
        except Exception:  # noqa: BLE001 a worker's line survives what a step raises, and so does this one
            connections.close_all()
            time.sleep(0.05)


def let_it_work(proxy: FaultProxy, dice: random.Random) -> None:
    """Wait for a few requests, so that the kill meets an engine at work; no breaker may calm the weather meanwhile."""
    wanted, ends_at = len(proxy.seen) + dice.randrange(2, 12), time.monotonic() + 4
    while len(proxy.seen) < wanted and time.monotonic() < ends_at:
        Connection.objects.update(wait_until=None, trouble_count=0)
        time.sleep(0.1)
    time.sleep(dice.uniform(0, 0.2))


def engine_kill(pid: int) -> None:
    """Kill it, without warning."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def something_happens(dice: random.Random, members: list[Any], topics: list[Any]) -> None:
    """Let one thing happen in the community; one name in ten holds a tab, which Tryton refuses."""
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
        blank = "\t" if dice.random() < 0.1 else " "
        touch(member, name=f"Name{blank}{dice.randrange(10**6)}")


def support_decides(server: TrytonServer, dice: random.Random) -> None:
    """Let a colleague in Tryton take a complaint over, or finish it."""
    complaints = [one for one in server.complaints(f"{installation_key()}:case:") if one["state"] != "done"]
    if complaints:
        chosen = dice.choice(complaints)
        server.call("sale.complaint", "wait" if chosen["state"] == "draft" else "approve", [chosen["id"]])


def settle(crm: Connection, proxy: FaultProxy) -> None:
    """Good weather again; people correct names and retry. As it runs, no clock is turned."""
    proxy.calm()
    for member in Member.objects.filter(name__contains="\t"):
        touch(member, name=member.name.replace("\t", " "))
    drain_activity()
    senders = (_Records(), _Timeline())
    ends_at = time.monotonic() + 100
    while time.monotonic() < ends_at:
        for model in (CrmDirty, CrmTimeline):
            for cause in set(model.objects.filter(state="dead").values_list("last_error", flat=True)):
                dead_retry(crm=crm, cause=cause)
        if not sum(sender.run_once() for sender in senders):
            if not CrmDirty.objects.exists() and not CrmTimeline.objects.exists():
                connection_poll(crm)
                return
            time.sleep(0.1)
    left = list(CrmDirty.objects.values("kind", "object_id", "state", "last_error")[:5])
    raise AssertionError(f"not settled: {left} {list(CrmTimeline.objects.values()[:3])}")


def once_each(keys: list[str]) -> None:
    """Fail when a key stands there more than once."""
    assert [key for key, times in Counter(keys).items() if times > 1] == []


def check_parties(server: TrytonServer) -> dict[int, int]:
    """Compare people; return the party of each member that is not erased."""
    parties = server.parties(f"{installation_key()}:contact:")
    once_each([party["code"] for party in parties])
    by_key = {party["code"]: party for party in parties}
    lines = server.find("party.contact_mechanism", [["type", "=", "email"]], ["party", "value"])
    mails: dict[int, list[str]] = {}
    for line in lines:
        mails.setdefault(line["party"], []).append(line["value"])
    found = {}
    for member_id, known in subject_of("members.member").facts(Member.objects.values_list("pk", flat=True)).items():
        party = by_key.get(external_key("contact", member_id))
        if known.erased:
            assert party is None or (party["name"], bool(party["active"])) == ("Former member", False)
            continue
        assert party is not None, f"member {member_id} is lost"
        assert (party["name"], mails[party["id"]]) == (known.name, [known.email])
        found[member_id] = party["id"]
    return found


def check_complaints(server: TrytonServer, parties: dict[int, int]) -> int:
    """Compare cases and the states that came back; return how many there are."""
    complaints = server.complaints(f"{installation_key()}:case:")
    once_each([complaint["reference"] for complaint in complaints])
    by_key = {complaint["reference"]: complaint for complaint in complaints}
    for topic_id, known in subject_of("forums.topic").facts(Topic.objects.values_list("pk", flat=True)).items():
        complaint = by_key.get(external_key("case", topic_id))
        if known.contact_id not in parties:
            continue  # its asker is erased: it may have been withheld
        assert complaint is not None, f"case of topic {topic_id} is lost"
        assert complaint["customer"] == parties[known.contact_id]
        assert TopicCase.objects.get(topic_id=topic_id).state == STATES[complaint["state"]]
    return len(complaints)


def check_notes(server: TrytonServer, parties: dict[int, int]) -> int:
    """Compare timelines; return how many notes there are."""
    messages = [note for party in parties.values() for note in server.notes(f"party.party,{party}")]
    keys = [message.rpartition("[")[2].removesuffix("]") for message in messages]
    once_each(keys)
    acted = Activity.objects.filter(type__in=WORDS, actor_id__in=parties).exclude(OPENING_POST)
    assert {external_key("activity", pk) for pk in acted.values_list("pk", flat=True)} == set(keys)
    return len(keys)


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
        topics = [TopicFactory(author=member) for member in members[:5]]
        for member in [*members, *MemberFactory.create_batch(3, name="Ada\tByron")]:
            touch(member)
        drain_activity()
        proxy.chance, proxy.chance_of = BAD_WEATHER, {b".create": STORM, b".write": STORM}
        engines = [engine_start(), engine_start()]
        try:
            for kill in range(KILLS):
                for _ in range(dice.randrange(2, 6)):
                    something_happens(dice, members, topics)
                drain_activity()
                if kill % 5 == 4:
                    connection_poll(crm)
                    support_decides(tryton, dice)
                let_it_work(proxy, dice)
                engine_kill(engines.pop(0))
                engines.append(engine_start())
        finally:
            for pid in engines:
                engine_kill(pid)
        faults = Counter(seen.fate for seen in proxy.seen)
        sys.stderr.write(f"{KILLS} kills, {len(proxy.seen)} requests: {dict(faults)}\n")
        drain_activity()
        time.sleep(LEASE_S)
        settle(crm, proxy)

    parties = check_parties(tryton)
    assert check_complaints(tryton, parties) >= 5
    assert check_notes(tryton, parties) >= 25
    assert len(parties) >= 20
    assert min(faults[fault] for fault in BAD_WEATHER) >= 1, faults
    lost = sum(seen.fate in ("stored_500", "cut") and b".create" in seen.body for seen in proxy.seen)
    assert lost >= 5, "the faults did not bite"
    assert Attempt.objects.filter(rows__failure_class="invalid").exists(), "no bad row was met"
