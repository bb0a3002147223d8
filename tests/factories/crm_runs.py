"""Connections and what happens to them, for tests."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from wagtail.models import Site

from crm_sync.credentials import seal
from crm_sync.models import Attempt, AttemptRow, Connection, CrmDirty, Run


class TrytonConnectionFactory(factory.django.DjangoModelFactory):
    """A running connection to a Tryton that nobody calls. `credentials=` are given in clear."""

    class Meta:
        model = Connection

    site = factory.LazyFunction(lambda: Site.objects.get(is_default_site=True))
    kind = "tryton"
    name = factory.Sequence(lambda number: f"Tryton {number}")
    endpoint = "http://127.0.0.1:1/crm"
    state = Connection.State.RUNNING

    @classmethod
    def _create(cls, model_class: type[Connection], *args: Any, **values: Any) -> Connection:
        given = values.pop("credentials", {"user": "tertulia", "password": "secret-of-tryton"})
        values["credentials"], values["key_id"] = seal(given)
        return super()._create(model_class, *args, **values)


class DirtyFactory(factory.django.DjangoModelFactory):
    """A record that waits to be sent; `dead="invalid:name"` makes it wait for a person."""

    class Meta:
        model = CrmDirty

    connection = factory.SubFactory(TrytonConnectionFactory)
    kind = "contact"
    object_id = factory.Sequence(lambda number: 1000 + number)

    class Params:
        dead = ""

    state = factory.LazyAttribute(lambda row: "dead" if row.dead else "waiting")
    last_error = factory.LazyAttribute(lambda row: row.dead)
    attempts = factory.LazyAttribute(lambda row: 5 if row.dead else 0)


class RunFactory(factory.django.DjangoModelFactory):
    """A run of two seconds that sent a few records."""

    class Meta:
        model = Run

    connection = factory.SubFactory(TrytonConnectionFactory)
    purpose = "records"
    started_at = factory.LazyFunction(timezone.now)
    ended_at = factory.LazyAttribute(lambda run: run.started_at + timedelta(seconds=2))
    sent = 3
    created = 3
    outcome = "ok"


class AttemptFactory(factory.django.DjangoModelFactory):
    """A call of a run with one exchange."""

    class Meta:
        model = Attempt

    run = factory.SubFactory(RunFactory)
    operation = "push"
    kind = "contact"
    rows_sent = 3
    started_at = factory.LazyFunction(timezone.now)
    duration_ms = 412
    exchanges = factory.LazyFunction(
        lambda: [
            {
                "method": "POST",
                "url": "http://127.0.0.1:1/crm/rpc/",
                "request": '{"method": "model.party.party.create", "params": [[{"name": "Ada"}]]}',
                "status": 200,
                "response": '{"id": 1, "result": [5]}',
                "duration_ms": 400,
            }
        ]
    )


class AttemptRowFactory(factory.django.DjangoModelFactory):
    """What became of one record."""

    class Meta:
        model = AttemptRow

    attempt = factory.SubFactory(AttemptFactory)
    connection_id = factory.LazyAttribute(lambda row: row.attempt.run.connection_id)
    kind = "contact"
    object_id = factory.Sequence(lambda number: 1000 + number)
    action = "created"
    remote_id = "5"
    at = factory.LazyFunction(timezone.now)
