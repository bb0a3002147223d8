"""Records that wait for a person: grouped, tried again, given up."""

import pytest
from django.urls import reverse

from crm_sync.models import AttemptRow, CrmDirty, StaffAct
from tests.crm_pages.acting import act_as
from tests.factories.crm_runs import DirtyFactory
from tests.factories.members import AdministratorFactory, SupportAgentFactory

pytestmark = pytest.mark.django_db


def test_dead_records_are_grouped_by_cause_with_the_cure(client, filled):
    act_as(client, AdministratorFactory)
    DirtyFactory.create_batch(3, connection=filled, dead="invalid:name")
    DirtyFactory.create_batch(2, connection=filled, dead="unknown")

    response = client.get(reverse("crm_sync:connection_list"))

    groups = response.context["groups"]
    assert [(group.key.cause, len(group.lines)) for group in groups] == [("invalid:name", 4), ("unknown", 2)]
    assert groups[0].cure == "The text holds a tab or a line break."
    assert groups[0].lines[0].answer == "contains some invalid chars"
    assert b"No clear answer, many times over" in response.content


def test_a_hint_kept_as_a_key_is_said_in_words(client, filled):
    act_as(client, SupportAgentFactory)
    AttemptRow.objects.update(hint="tryton.characters")
    said = "The text holds a tab or a line break. Correct it in the community, then retry."
    dead = CrmDirty.objects.get(state="dead")

    pages = [
        client.get(reverse("crm_sync:connection_list")),
        client.get(reverse("crm_sync:record_detail", args=[filled.pk, "contact", dead.object_id])),
    ]

    for page in pages:
        assert said in page.content.decode()
        assert "tryton.characters" not in page.content.decode()


def test_retrying_a_group_wakes_its_records_and_no_others(client, filled):
    administrator = act_as(client, AdministratorFactory)
    other = DirtyFactory(connection=filled, dead="gone")

    client.post(reverse("crm_sync:dead_retry"), {"group": f"{filled.pk}|invalid:name"})

    assert list(CrmDirty.objects.filter(state="dead")) == [other]
    act = StaffAct.objects.get()
    assert (act.action, act.actor_id, act.count) == ("retried", administrator.pk, 1)


def test_retrying_one_record_leaves_the_rest_of_its_group(client, filled):
    act_as(client, AdministratorFactory)
    one = DirtyFactory(connection=filled, dead="invalid:name")

    data = {"group": f"{filled.pk}|invalid:name", "item": f"records:{one.pk}"}
    client.post(reverse("crm_sync:dead_retry"), data)

    one.refresh_from_db()
    assert one.state == "waiting"
    assert CrmDirty.objects.filter(state="dead").count() == 1


def test_all_can_be_retried_at_once(client, filled):
    act_as(client, AdministratorFactory)
    DirtyFactory.create_batch(2, connection=filled, dead="gone")

    client.post(reverse("crm_sync:dead_retry"), {"all": "1"})

    assert not CrmDirty.objects.filter(state="dead").exists()


def test_records_are_given_up_only_with_a_reason(client, filled):
    act_as(client, AdministratorFactory)
    data = {"group": f"{filled.pk}|invalid:name"}

    refused = client.post(reverse("crm_sync:dead_discard"), data)
    taken = client.post(reverse("crm_sync:dead_discard"), {**data, "reason": "Left the company"})

    assert (refused.status_code, taken.status_code) == (422, 302)
    assert not CrmDirty.objects.filter(state="dead").exists()
    assert StaffAct.objects.get().reason == "Left the company"


def test_a_group_that_is_not_there_is_not_found(client, filled):
    act_as(client, AdministratorFactory)

    for group in ("", "x", "9999|gone", f"{filled.pk}|gone"):
        assert client.get(reverse("crm_sync:dead_discard"), {"group": group}).status_code == 404
