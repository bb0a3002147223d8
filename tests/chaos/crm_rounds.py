"""What both kill tests of the sync share: engines to kill, a community in which things happen, the far side compared.

What stands in the CRM at the end is read through its own interface by each test, and compared here.
"""

import gc
import logging
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db import connections

from community.activity.contracts import CaseFacts, ContactFacts
from community.activity.models import Activity
from community.activity.subjects import subject_of
from community.members.models import Member
from community.privacy.services import erase_member
from crm_sync.connectors.base import CASE, CONTACT
from crm_sync.engine.notes import OPENING_POST, WORDS
from crm_sync.identity import external_key
from crm_sync.models import Connection, CrmDirty, CrmTimeline
from crm_sync.senders import RecordSender, TimelineSender
from crm_sync.services import dead_retry
from forums.models import Topic
from tests.crm_sync.driving import touch
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory

KILLS = 30
Senders = Sequence[RecordSender | TimelineSender]


def senders_of(lease_s: float) -> Senders:
    """Return both senders, with a lease short enough for a test to outwait."""
    found: Senders = (RecordSender(), TimelineSender())
    for sender in found:
        sender.lease_s = lease_s
    return found


def engine_start(lease_s: float) -> int:
    """Fork an engine that sends for ever, as a worker does; return its process id."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    gc.freeze()  # what the parent holds open is not ours to tidy up, nor to complain about
    logging.getLogger("asyncio").disabled = True
    senders = senders_of(lease_s)
    while True:
        try:
            if not sum(sender.run_once() for sender in senders):
                time.sleep(0.02)
        except Exception:  # noqa: BLE001 a worker's line survives what a step raises, and so does this one
            connections.close_all()
            time.sleep(0.05)


def engine_kill(pid: int) -> None:
    """Kill it, without warning."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def something_happens(dice: random.Random, members: list[Any], topics: list[Any], *, bad_names: float = 0.0) -> None:
    """Let one thing happen in the community; `bad_names` is the chance that a new name holds a tab."""
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
        blank = "\t" if bad_names and dice.random() < bad_names else " "
        touch(member, name=f"Name{blank}{dice.randrange(10**6)}")


def settle(crm: Connection, *, lease_s: float, within_s: float, each_turn: Callable[[], Any] = lambda: None) -> None:
    """Let the engine finish, and people cure what waits for them; as it runs, no clock is turned."""
    senders = senders_of(lease_s)
    ends_at = time.monotonic() + within_s
    while time.monotonic() < ends_at:
        each_turn()
        for model in (CrmDirty, CrmTimeline):
            for cause in set(model.objects.filter(state="dead").values_list("last_error", flat=True)):
                dead_retry(crm=crm, cause=cause)
        if not sum(sender.run_once() for sender in senders):
            if not CrmDirty.objects.exists() and not CrmTimeline.objects.exists():
                return
            time.sleep(0.1)
    left = list(CrmDirty.objects.values("kind", "object_id", "state", "last_error")[:5])
    raise AssertionError(f"not settled: {left} {list(CrmTimeline.objects.values()[:3])}")


# The books


def once_each(keys: Sequence[str]) -> None:
    """Fail when a key stands there more than once."""
    assert [key for key, times in Counter(keys).items() if times > 1] == []


def contacts_compare(
    keys: Sequence[str], *, is_erased: Callable[[str], bool], compared: Callable[[str, ContactFacts], Any]
) -> dict[int, Any]:
    """Compare people; return what `compared` returns, the remote id, of each member that is not erased.

    Args:
        keys: of all records there.
        is_erased: whether the record with a key, if there is one, holds nothing of a person.
        compared: asserts that the record with a key says what the facts say, and returns its id.
    """
    once_each(keys)
    facts = subject_of("members.member").facts(Member.objects.values_list("pk", flat=True))
    remote = {}
    for member_id, known in facts.items():
        assert isinstance(known, ContactFacts)
        key = external_key(CONTACT, member_id)
        if known.erased:
            assert key not in keys or is_erased(key), f"member {member_id} is not erased"
            continue
        assert key in keys, f"member {member_id} is lost"
        remote[member_id] = compared(key, known)
    return remote


def cases_compare(
    keys: Sequence[str], *, expected: Callable[[CaseFacts], bool], compared: Callable[[str, int, CaseFacts], Any]
) -> int:
    """Compare cases; return how many there are. Those of which `expected` says no may be missing."""
    once_each(keys)
    facts = subject_of("forums.topic").facts(Topic.objects.values_list("pk", flat=True))
    for topic_id, known in facts.items():
        assert isinstance(known, CaseFacts)
        if not expected(known):
            continue
        key = external_key(CASE, topic_id)
        assert key in keys, f"case of topic {topic_id} is lost"
        compared(key, topic_id, known)
    return len(keys)


def notes_compare(keys: Sequence[str], members: Collection[int], *, only_theirs: bool) -> int:
    """Compare the timelines of these members; return how many notes there are.

    Args:
        only_theirs: `keys` holds the notes of these members and of no other.
    """
    once_each(keys)
    acted = Activity.objects.filter(type__in=WORDS, actor_id__in=members).exclude(OPENING_POST)
    wanted = {external_key("activity", pk) for pk in acted.values_list("pk", flat=True)}
    assert wanted <= set(keys)
    assert not only_theirs or wanted == set(keys)
    return len(keys)
