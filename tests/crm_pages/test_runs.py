"""Runs and what opens from them."""

import pytest
from django.urls import reverse

from tests.crm_pages.acting import act_as
from tests.factories.crm_runs import RunFactory
from tests.factories.members import SupportAgentFactory

pytestmark = pytest.mark.django_db


def test_a_run_opens_to_its_requests_and_answers(client, filled):
    act_as(client, SupportAgentFactory)

    page = client.get(reverse("crm_sync:run_detail", args=[filled.runs.get().pk])).content.decode()

    assert "model.party.party.create" in page
    assert "We sent" in page
    assert "contains some invalid chars" in page


def test_runs_that_did_nothing_are_left_out_until_asked_for(client, filled):
    act_as(client, SupportAgentFactory)
    RunFactory(connection=filled, purpose="poll", sent=0, created=0)
    url = reverse("crm_sync:run_list")

    counts = {show: len(client.get(url, {"show": show}).context["page"].lines) for show in ("busy", "refused", "all")}

    assert counts == {"busy": 1, "refused": 1, "all": 2}


def test_runs_are_paged(client, filled):
    act_as(client, SupportAgentFactory)
    RunFactory.create_batch(30, connection=filled)
    url = reverse("crm_sync:run_list")

    first = client.get(url).context["page"]
    second = client.get(url, {"before": first.next_before}).context["page"]

    seen = [line.id for line in [*first.lines, *second.lines]]
    assert len(seen) == len(set(seen)) == 31
    assert second.next_before is None
