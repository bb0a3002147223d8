"""The two sides of `bench.crm`: the engine, and a loop over the same connector that keeps nothing."""

import time
from collections.abc import Iterator, Sequence
from uuid import uuid4

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from wagtail.models import Site

from community.activity.contracts import ContactFacts
from community.activity.subjects import subject_of
from community.members.models import Member
from crm_sync.connectors.base import CONTACT, ConnectorConfig, Row
from crm_sync.connectors.sandbox import Sandbox
from crm_sync.identity import external_key
from crm_sync.marking import records_mark
from crm_sync.models import Connection, CrmDirty, Link, Run, SandboxContact
from crm_sync.rendering import contact_render
from crm_sync.senders import RecordSender

BATCH = 100


def people_make(count: int) -> list[int]:
    """Make members with confirmed addresses; return their ids."""
    now = timezone.now()
    members = Member.objects.bulk_create(
        Member(
            handle=f"bench-{number}",
            handle_skeleton=f"bench-{number}",
            name=f"Bench {number}",
            email=f"bench{number}@example.com",
            joined_at=now,
        )
        for number in range(count)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=member, email=str(member.email), primary=True, verified=True) for member in members
    )
    return [member.pk for member in members]


def _crm(name: str) -> Connection:
    return Connection.objects.create(
        site=Site.objects.get(is_default_site=True),
        kind="sandbox",
        name=name,
        enabled_kinds=[CONTACT],
        timeline_rule="off",
        burst_calls=1_000_000,
        daily_calls=1_000_000,
    )


def _renamed(people: Sequence[int]) -> None:
    Member.objects.filter(pk__in=people).update(name=f"Bench {uuid4().hex[:12]}")


class Ours:
    """The engine: dirty rows in, settled rows out."""

    def __init__(self, people: Sequence[int]) -> None:
        self._people, self._crm = people, _crm("Engine")
        self._sender = RecordSender(Connection.objects.filter(pk=self._crm.pk))

    def forget(self) -> None:
        """Let neither side know the people, and mark them all."""
        Link.objects.filter(connection=self._crm).delete()
        SandboxContact.objects.filter(connection=self._crm).delete()
        self.mark()

    def rename(self) -> None:
        """Change everybody, and mark them all."""
        _renamed(self._people)
        self.mark()

    def mark(self) -> None:
        """Mark them all."""
        with transaction.atomic():
            records_mark((self._crm.pk, CONTACT, member_id) for member_id in self._people)

    def create(self) -> None:
        """Send until nothing is left."""
        while self._sender.run_once():
            pass
        left = CrmDirty.objects.filter(connection=self._crm).count()
        if left:
            raise SystemExit(f"{left} records were not sent")

    change = create

    def calls(self) -> int:
        """Return how many calls were made so far."""
        return int(Run.objects.filter(connection=self._crm).aggregate(calls=Sum("calls"))["calls"] or 0)


class Bare:
    """A loop over the connector: the same facts, values, batches and calls."""

    def __init__(self, people: Sequence[int]) -> None:
        self._people, self._crm = people, _crm("Bare loop")
        self._connector = Sandbox(ConnectorConfig(connection_id=self._crm.pk, endpoint="", options=self._crm.options))

    def forget(self) -> None:
        """Let the CRM not know the people."""
        SandboxContact.objects.filter(connection=self._crm).delete()

    def rename(self) -> None:
        """Change everybody."""
        _renamed(self._people)

    def create(self) -> None:
        """Look each batch up by address, then push it."""
        for rows in self._batches():
            self._connector.match([str(row.values["email"]) for row in rows])
            self._connector.push(CONTACT, rows, deadline=time.monotonic() + 60)

    def change(self) -> None:
        """Push each batch."""
        for rows in self._batches():
            self._connector.push(CONTACT, rows, deadline=time.monotonic() + 60)

    def _batches(self) -> Iterator[list[Row]]:
        for start in range(0, len(self._people), BATCH):
            facts = subject_of("members.member").facts(self._people[start : start + BATCH])
            yield [
                Row(key=external_key(CONTACT, member_id), values=contact_render(known).values)
                for member_id, known in facts.items()
                if isinstance(known, ContactFacts)
            ]
