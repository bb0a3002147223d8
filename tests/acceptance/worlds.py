"""Two CRMs behind one face, so that one suite asks both the same: the sandbox, and a real Tryton behind a proxy.

Everything is read through the CRM's own interface, never through our links.
"""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from crm_sync.identity import installation_key
from crm_sync.models import (
    Attempt,
    Connection,
    Installation,
    SandboxCase,
    SandboxContact,
    SandboxFaults,
    SandboxIdea,
    SandboxNote,
    SandboxVote,
)
from tests.factories.crm_runs import TrytonConnectionFactory
from tests.factories.crm_sync import ConnectionFactory
from tests.servers.fault_proxy import FaultProxy
from tests.servers.tryton import TrytonServer


@dataclass(frozen=True)
class RemoteContact:
    """A person as the CRM has it."""

    id: str
    key: str
    name: str
    mails: tuple[str, ...]
    is_active: bool


@dataclass(frozen=True)
class RemoteCase:
    """A case as the CRM has it."""

    id: str
    key: str
    contact_id: str
    text: str


@dataclass(frozen=True)
class RemoteAsking:
    """An idea, or an account that asks for one, as the CRM has it."""

    id: str
    key: str
    text: str


class World:
    """What the suite asks of a CRM."""

    crm: Connection
    bad_name: str
    """A name this CRM refuses."""
    has_accounts: bool
    bad_credentials: dict[str, str]

    def contacts(self) -> list[RemoteContact]:
        """Return the people of this installation, inactive ones too."""
        raise NotImplementedError

    def cases(self) -> list[RemoteCase]:
        """Return the cases of this installation."""
        raise NotImplementedError

    def asking(self, kind: str) -> list[RemoteAsking]:
        """Return the ideas (`idea`) or the accounts that ask for one (`vote`) of this installation."""
        raise NotImplementedError

    def notes(self, contact_id: str) -> list[str]:
        """Return the texts on a person's timeline."""
        raise NotImplementedError

    def calls(self) -> int:
        """Return how many requests the CRM got."""
        raise NotImplementedError

    def fault(self, name: str, kind: str) -> None:
        """Let the next request that creates records of `kind` meet throttled, stored_500 or cut."""
        raise NotImplementedError

    def solve(self, case: RemoteCase) -> None:
        """Solve a case, as support does."""
        raise NotImplementedError

    def delete(self, contact: RemoteContact) -> None:
        """Delete a person, as a colleague there does."""
        raise NotImplementedError

    def enter(self, name: str, mail: str) -> str:
        """Enter a person, as a colleague there does; return their id."""
        raise NotImplementedError

    def rename(self, contact_id: str, name: str) -> None:
        """Give a person another name, as a colleague there does."""
        raise NotImplementedError

    def person(self, contact_id: str) -> RemoteContact:
        """Return one person, ours or not."""
        raise NotImplementedError


class SandboxWorld(World):
    """The built-in CRM, its cases without a unique key."""

    bad_name = "x" * 81
    has_accounts = True
    bad_credentials = {"token": "revoked"}

    def __init__(self) -> None:
        self.crm = ConnectionFactory(keyless=True)

    def contacts(self) -> list[RemoteContact]:
        """Every row of the table is one."""
        return [
            RemoteContact(str(one.pk), one.key or "", one.name, (one.email,) if one.email else (), one.is_active)
            for one in SandboxContact.objects.filter(connection=self.crm).order_by("pk")
        ]

    def cases(self) -> list[RemoteCase]:
        """Every row of the table is one."""
        return [
            RemoteCase(str(one.pk), one.reference, str(one.contact_id or ""), f"{one.subject} {one.description}")
            for one in SandboxCase.objects.filter(connection=self.crm).order_by("pk")
        ]

    def asking(self, kind: str) -> list[RemoteAsking]:
        """Every row of the table is one."""
        if kind == "idea":
            return [
                RemoteAsking(str(one.pk), one.key, f"{one.title} {one.facts}")
                for one in SandboxIdea.objects.filter(connection=self.crm).order_by("pk")
            ]
        return [
            RemoteAsking(str(one.pk), one.key, f"{one.name} Voters: {one.voters}")
            for one in SandboxVote.objects.filter(connection=self.crm).order_by("pk")
        ]

    def notes(self, contact_id: str) -> list[str]:
        """Every row of the table is one."""
        return [note.text for note in SandboxNote.objects.filter(contact_id=int(contact_id)).order_by("pk")]

    def calls(self) -> int:
        """Requests are written down one by one."""
        return sum(len(attempt.exchanges) for attempt in Attempt.objects.filter(run__connection=self.crm))

    def fault(self, name: str, kind: str) -> None:
        """The sandbox keeps a script of its own; it does not tell kinds apart."""
        wanted = {"throttled": "throttle"}.get(name, name)
        SandboxFaults.objects.update_or_create(connection=self.crm, defaults={"script": [wanted]})

    def solve(self, case: RemoteCase) -> None:
        """Set the state."""
        SandboxCase.objects.filter(pk=int(case.id)).update(state="solved", changed_at=timezone.now())

    def delete(self, contact: RemoteContact) -> None:
        """Delete the row."""
        SandboxContact.objects.filter(pk=int(contact.id)).delete()

    def enter(self, name: str, mail: str) -> str:
        """Add a row without a key."""
        return str(SandboxContact.objects.create(connection=self.crm, name=name, email=mail).pk)

    def rename(self, contact_id: str, name: str) -> None:
        """Change the row."""
        SandboxContact.objects.filter(pk=int(contact_id)).update(name=name, changed_at=timezone.now())

    def person(self, contact_id: str) -> RemoteContact:
        """Read the row."""
        return next(contact for contact in self.contacts() if contact.id == contact_id)


class TrytonWorld(World):
    """A real Tryton; other tests' records are told apart by the installation's key."""

    bad_name = "Ada\tLovelace"
    has_accounts = False
    bad_credentials = {"user": "tertulia", "password": "wrong-one"}
    _CREATES = {
        "contact": b"party.party.create",
        "adoption": b"party.party.write",
        "case": b"sale.complaint.create",
        "idea": b"sale.opportunity.create",
        "note": b"ir.note.create",
    }

    def __init__(self, server: TrytonServer, proxy: FaultProxy) -> None:
        self.server, self.proxy = server, proxy
        self.crm = TrytonConnectionFactory(
            endpoint=f"{proxy.url}/crm",
            credentials={"user": server.user, "password": server.password},
            options={"settle_s": 0},
            burst_calls=500,
        )

    def contacts(self) -> list[RemoteContact]:
        """Parties whose code is a key of ours, with their mail addresses."""
        return self._people(self.server.parties(f"{installation_key()}:contact:"))

    def person(self, contact_id: str) -> RemoteContact:
        """The party; its key is an identifier if it was there before us."""
        names = ["code", "name", "active", "identifiers.code"]
        [found] = self._people(self.server.find("party.party", [["id", "=", int(contact_id)]], names))
        return found

    def _people(self, parties: list[dict[str, Any]]) -> list[RemoteContact]:
        lines = self.server.find(
            "party.contact_mechanism",
            [["party", "in", [party["id"] for party in parties]], ["type", "=", "email"]],
            ["party", "value"],
        )
        mails: dict[int, list[str]] = {}
        for line in lines:
            mails.setdefault(line["party"], []).append(line["value"])
        return [
            RemoteContact(
                str(party["id"]),
                ",".join(line["code"] for line in party.get("identifiers.", [])) or party["code"],
                party["name"] or "",
                tuple(mails.get(party["id"], [])),
                bool(party["active"]),
            )
            for party in parties
        ]

    def cases(self) -> list[RemoteCase]:
        """Complaints whose reference is a key of ours."""
        return [
            RemoteCase(str(one["id"]), one["reference"], str(one["customer"]), one["description"] or "")
            for one in self.server.complaints(f"{installation_key()}:case:")
        ]

    def asking(self, kind: str) -> list[RemoteAsking]:
        """Opportunities whose reference is a key of ours."""
        domain = [["reference", "like", f"{installation_key()}:{kind}:%"]]
        found = self.server.find("sale.opportunity", domain, ["reference", "description", "comment"])
        return [
            RemoteAsking(str(one["id"]), one["reference"], f"{one['description']} {one['comment']}") for one in found
        ]

    def notes(self, contact_id: str) -> list[str]:
        """Notes of the party."""
        return self.server.notes(f"party.party,{contact_id}")

    def calls(self) -> int:
        """The proxy has seen them all."""
        return self.proxy.count()

    def fault(self, name: str, kind: str) -> None:
        """The proxy waits for the method that creates."""
        self.proxy.plan(name, when=self._CREATES[kind])

    def solve(self, case: RemoteCase) -> None:
        """Approve the complaint: without actions it is done at once."""
        for step in ("wait", "approve"):
            self.server.call("sale.complaint", step, [int(case.id)])

    def delete(self, contact: RemoteContact) -> None:
        """Delete the party, which nothing refers to."""
        self.server.call("party.party", "delete", [int(contact.id)])

    def enter(self, name: str, mail: str) -> str:
        """Add a party, which gets a number of the company's as its code."""
        lines = [["create", [{"type": "email", "value": mail}]]]
        return str(self.server.call("party.party", "create", [{"name": name, "contact_mechanisms": lines}])[0])

    def rename(self, contact_id: str, name: str) -> None:
        """Write the party's name."""
        self.server.call("party.party", "write", [int(contact_id)], {"name": name})


def new_installation() -> None:
    """Begin with a key of our own, so that a server kept between tests shows each only its own records."""
    Installation.objects.all().delete()
    installation_key.cache_clear()
    installation_key()
