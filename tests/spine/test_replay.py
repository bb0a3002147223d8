"""Feeding a handler the past, and the figures of the log."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from community.activity import services
from community.activity.delivery import drain_activity
from community.activity.log import record
from community.activity.models import Delivery
from tests.spine.conftest import Ledger
from tests.spine.tables import Effect, Happened, happen


def _call(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_a_new_handler_is_fed_all_that_was_recorded(ledger: Ledger, only_handlers: dict) -> None:
    happen(*range(1, 11))
    drain_activity()
    fresh = Ledger("spine.fresh")
    only_handlers[fresh.name] = fresh

    assert _call("activity_replay", "spine.fresh") == "10 activities will be delivered to spine.fresh\n"
    drain_activity()

    assert Effect.objects.filter(handler="spine.fresh").count() == 10


def test_replaying_twice_before_the_worker_comes_delivers_once(ledger: Ledger) -> None:
    happen(1, 2)

    assert _call("activity_replay", ledger.name).startswith("0 ")
    drain_activity()
    assert _call("activity_replay", ledger.name).startswith("2 ")
    assert _call("activity_replay", ledger.name).startswith("0 ")


def test_a_replay_wakes_what_was_given_up(ledger: Ledger) -> None:
    happen(1)
    Delivery.objects.update(state=Delivery.State.DEAD, attempts=8, error="KeyError")

    _call("activity_replay", ledger.name)

    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.error) == (Delivery.State.WAITING, 0, "")


def test_ranges_of_ids_miss_nobody(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "STEP", 3)
    monkeypatch.setattr(services, "PAUSE_S", 0)
    happen(*range(1, 12))
    drain_activity()
    seen: list[int] = []

    count = services.activity_replay(handler=ledger, on_progress=seen.append)

    assert count == seen[-1] == 11
    assert len(seen) >= 4


def test_a_dry_run_counts_the_same_and_writes_nothing(ledger: Ledger) -> None:
    happen(1, 2, 3)
    drain_activity()

    assert _call("activity_replay", ledger.name, "--dry-run").startswith("3 activities would")
    assert not Delivery.objects.exists()


def test_a_period_is_from_and_before(ledger: Ledger, frozen_clock) -> None:
    happen(1)
    frozen_clock.shift(timedelta(days=1))
    middle = timezone.now().isoformat()
    happen(2)
    frozen_clock.shift(timedelta(days=1))
    end = timezone.now().isoformat()
    happen(3)
    drain_activity()

    assert _call("activity_replay", ledger.name, "--since", middle, "--until", end).startswith("1 ")

    assert Delivery.objects.get().activity.subject_id == 2


def test_the_lane_of_a_replay_is_that_of_the_recording(ledger: Ledger) -> None:
    for lane in ("subject", "actor"):
        ledger.lane = lane
        happen(5, actor_id=9)
        happen(5, actor_id=None)
        recorded = list(Delivery.objects.order_by("activity_id").values_list("activity_id", "lane"))
        Delivery.objects.all().delete()

        services.activity_replay(handler=ledger)

        replayed = dict(Delivery.objects.values_list("activity_id", "lane"))
        assert [(pk, replayed[pk]) for pk, _ in recorded] == recorded
        Delivery.objects.all().delete()


def test_origins_a_handler_skips_are_skipped_in_a_replay_too(ledger: Ledger) -> None:
    for origin in ("web", "import", "crm:1"):
        with transaction.atomic():
            record(Happened(), subject_id=1, actor_id=None, origin=origin)
    drain_activity()
    ledger.skip_origins = ("import", "crm:")

    assert _call("activity_replay", ledger.name, "--dry-run").startswith("1 ")
    assert _call("activity_replay", ledger.name).startswith("1 ")


def test_wrong_names_are_refused_with_the_right_ones(ledger: Ledger) -> None:
    with pytest.raises(CommandError, match="there is no handler spine.nobody; there are: spine.ledger"):
        _call("activity_replay", "spine.nobody")
    with pytest.raises(CommandError, match="does not want forums.x"):
        _call("activity_replay", ledger.name, "--type", "forums.x")


def test_stats_say_how_far_each_is(ledger: Ledger, frozen_clock) -> None:
    happen(1, 2)
    frozen_clock.shift(90)

    figures = json.loads(_call("activity_stats", "--json"))

    (line,) = figures["handlers"]
    assert (line["name"], line["waiting"], line["dead"], line["lag_s"]) == (ledger.name, 2, 0, 90.0)
    assert "handler spine.ledger" in _call("activity_stats")
