"""Connections for tests, to the built-in CRM unless told."""

import factory
from wagtail.models import Site

from crm_sync.credentials import seal
from crm_sync.models import Connection, SandboxAccount, SandboxFaults


class ConnectionFactory(factory.django.DjangoModelFactory):
    """A running connection to the sandbox, cases without a unique key when `keyless=True`."""

    class Meta:
        model = Connection

    site = factory.LazyFunction(lambda: Site.objects.get(is_default_site=True))
    kind = "sandbox"
    name = factory.Sequence(lambda number: f"CRM {number}")
    credentials = factory.LazyFunction(lambda: seal({"token": "sandbox-token"})[0])
    key_id = factory.LazyFunction(lambda: seal({})[1])
    options = factory.LazyAttribute(lambda made: {"case_unique_key": not made.keyless, "settle_s": 0})

    class Params:
        keyless = False


class SandboxFaultsFactory(factory.django.DjangoModelFactory):
    """Faults the sandbox of a connection commits."""

    class Meta:
        model = SandboxFaults

    connection = factory.SubFactory(ConnectionFactory)
    slow_ms = 1


class SandboxAccountFactory(factory.django.DjangoModelFactory):
    """A company in the sandbox."""

    class Meta:
        model = SandboxAccount

    connection = factory.SubFactory(ConnectionFactory)
    name = "Ostler"
    domain = "ostler.example"
    plan = "Fleet"
    revenue_minor = 4_800_000
    currency = "EUR"
    owner = "Ines Prado"
