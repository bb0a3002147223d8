"""Lag over the last day: read from runs and from what waits, drawn and as a table."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from community.activity.delivery import drain_activity
from crm_sync.models import CrmDirty, Run
from crm_sync.selectors_lag import lag_chart
from tests.crm_pages.acting import act_as
from tests.crm_sync.driving import make_due, send_all, touch
from tests.factories.crm_runs import DirtyFactory, RunFactory, TrytonConnectionFactory
from tests.factories.crm_sync import ConnectionFactory
from tests.factories.members import MemberFactory, SupportAgentFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)


@pytest.fixture
def at_half_past_two():
    """A clock that stands, in UTC."""
    with time_machine.travel(NOW, tick=False), timezone.override("UTC"):
        yield


def taken(crm, hour, minute, waited_min, **values):
    """A run of today that took a row after it had waited so long."""
    at = NOW.replace(hour=hour, minute=minute)
    return RunFactory(connection=crm, started_at=at, oldest_at=at - timedelta(minutes=waited_min), **values)


def test_a_run_writes_down_since_when_its_oldest_row_waited():
    ConnectionFactory(timeline_rule="off")
    touch(MemberFactory())
    drain_activity()
    marked_at = CrmDirty.objects.get().created_at
    make_due()

    send_all()

    assert Run.objects.get().oldest_at == marked_at


def test_each_hour_says_how_long_its_longest_wait_was(at_half_past_two):
    crm = TrytonConnectionFactory()
    taken(crm, 13, 40, 21, sent=7)
    taken(crm, 13, 50, 2, sent=1)
    taken(crm, 9, 5, 1)

    chart = lag_chart(crm)

    by_hour = {hour.hour: (hour.lag, hour.runs, hour.sent) for hour in chart.hours}
    assert len(chart.hours) == 24
    assert by_hour["13:00"] == ("21 min", 2, 8)
    assert by_hour["09:00"] == ("1 min", 1, 3)
    assert by_hour["10:00"] == ("–", 0, 0)
    assert chart.summary == "Longest 21 min, in the hour of 13:00; median 0 s."


def test_an_hour_in_which_nothing_was_taken_shows_what_waited_through_it(at_half_past_two):
    crm = TrytonConnectionFactory()
    taken(crm, 13, 0, 150)

    lags = {hour.hour: hour.lag for hour in lag_chart(crm).hours}

    assert (lags["10:00"], lags["11:00"], lags["12:00"], lags["13:00"]) == (
        "30 min",
        "1 h 30 min",
        "2 h 30 min",
        "2 h 30 min",
    )
    assert (lags["09:00"], lags["14:00"]) == ("–", "–")


def test_what_still_waits_counts_up_to_now(at_half_past_two):
    crm = TrytonConnectionFactory()
    waiting = DirtyFactory(connection=crm)
    CrmDirty.objects.filter(pk=waiting.pk).update(created_at=NOW - timedelta(hours=2))

    lags = {hour.hour: hour.lag for hour in lag_chart(crm).hours}

    assert (lags["12:00"], lags["13:00"], lags["14:00"]) == ("30 min", "1 h 30 min", "2 h 0 min")


def test_the_page_draws_it_with_its_table_or_leaves_it_out(client):
    act_as(client, SupportAgentFactory)
    crm = TrytonConnectionFactory()
    url = reverse("crm_sync:connection_detail", args=[crm.pk])

    quiet = client.get(url).content.decode()
    RunFactory(connection=crm, oldest_at=timezone.now() - timedelta(minutes=4))
    busy = client.get(url).content.decode()

    assert "Lag, last 24 hours" not in quiet
    assert 'role="img" aria-label="Longest 4 min' in busy
    assert busy.count('<td class="num">') == 24
    assert "style=" not in busy.partition("<main")[2]
