"""Connections: what their pages say of them, and what their buttons do."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm_sync.credentials import unseal
from crm_sync.models import Connection, CrmDirty
from tests.crm_pages.acting import SECRET, act_as
from tests.factories.crm_runs import (
    DirtyFactory,
    RunFactory,
    TrytonConnectionFactory,
)
from tests.factories.members import (
    AdministratorFactory,
    SupportAgentFactory,
)

pytestmark = pytest.mark.django_db


def test_the_list_says_what_is_so_when_nothing_is_connected(client):
    act_as(client, AdministratorFactory)

    page = client.get(reverse("crm_sync:connection_list")).content.decode()

    assert "No CRM is connected yet" in page
    assert reverse("crm_sync:connection_add", args=["tryton"]) in page


def test_pausing_tells_colleagues_who_and_why(client, filled):
    administrator = act_as(client, AdministratorFactory)

    client.post(reverse("crm_sync:connection_pause", args=[filled.pk]), {"reason": "New forms today"})
    page = client.get(reverse("crm_sync:connection_list")).content.decode()

    filled.refresh_from_db()
    assert filled.state == Connection.State.PAUSED
    assert f"{administrator.display_name} paused it" in page
    assert "New forms today" in page


def test_a_paused_connection_shows_what_it_would_send_and_is_resumed(client, filled):
    act_as(client, AdministratorFactory)
    client.post(reverse("crm_sync:connection_pause", args=[filled.pk]))

    preview = client.get(reverse("crm_sync:connection_enable", args=[filled.pk])).context["preview"]
    client.post(reverse("crm_sync:connection_enable", args=[filled.pk]))

    assert {kind.kind: kind.waiting for kind in preview.kinds} == {
        "Members": 0,
        "Cases": 1,
        "Ideas": 0,
        "Votes by account": 0,
    }
    filled.refresh_from_db()
    assert filled.state == Connection.State.RUNNING


def test_votes_by_account_are_not_sent_without_their_ideas(client):
    act_as(client, AdministratorFactory)

    response = client.post(
        reverse("crm_sync:connection_add", args=["tryton"]), new_connection() | {"enabled_kinds": ["contact", "vote"]}
    )

    assert response.status_code == 422
    assert not Connection.objects.exists()


def test_a_connection_is_added_paused_with_its_credentials_sealed(client):
    act_as(client, AdministratorFactory)

    response = client.post(reverse("crm_sync:connection_add", args=["tryton"]), new_connection())

    crm = Connection.objects.get()
    assert response.status_code == 302
    assert crm.state == Connection.State.PAUSED
    assert SECRET not in crm.credentials
    assert unseal(crm.credentials) == {"user": "tertulia", "password": SECRET}
    page = client.get(reverse("crm_sync:connection_list")).content.decode()
    assert "Not enabled yet" in page


def new_connection(**changes):
    """What the form of a new connection sends."""
    given = {
        "name": "Tryton",
        "endpoint": "http://127.0.0.1:8000/crm",
        "credential_user": "tertulia",
        "credential_password": SECRET,
        "legal_basis": "contract",
        "enabled_kinds": ["contact", "case"],
        "timeline_rule": "daily",
        "match_email": "on",
        "name_owner": "ours",
        "daily_calls": "",
    }
    return given | changes


def test_a_credential_left_empty_is_kept(client):
    act_as(client, AdministratorFactory)
    crm = TrytonConnectionFactory()

    data = new_connection(credential_user="somebody", credential_password="")
    client.post(reverse("crm_sync:connection_edit", args=[crm.pk]), data)

    crm.refresh_from_db()
    assert unseal(crm.credentials) == {"user": "somebody", "password": SECRET}


def test_matching_and_the_owner_of_names_are_chosen_in_the_form(client):
    act_as(client, AdministratorFactory)
    crm = TrytonConnectionFactory(options={"company": 1, "owners": {"case.case_state": "crm"}})
    url = reverse("crm_sync:connection_edit", args=[crm.pk])
    before = client.get(url).context["form"]

    data = new_connection(name_owner="crm")
    del data["match_email"]
    client.post(url, data)

    crm.refresh_from_db()
    assert (before["match_email"].value(), before["name_owner"].value()) == (True, "ours")
    assert crm.options == {
        "company": 1,
        "match_email": False,
        "owners": {"case.case_state": "crm", "contact.name": "crm"},
    }


def test_the_built_in_crm_asks_for_no_address(client):
    act_as(client, AdministratorFactory)
    data = new_connection(name="Sandbox", credential_token="anything")

    form = client.get(reverse("crm_sync:connection_add", args=["sandbox"])).context["form"]
    response = client.post(reverse("crm_sync:connection_add", args=["sandbox"]), data)

    assert "endpoint" not in form.fields
    assert response.status_code == 302
    assert Connection.objects.get().endpoint == ""


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"endpoint": "ftp://x.example"}, {"enabled_kinds": []}, {"credential_password": ""}]
)
def test_a_wrong_form_comes_back_with_what_was_typed_but_the_secret(client, wrong):
    act_as(client, AdministratorFactory)

    response = client.post(reverse("crm_sync:connection_add", args=["tryton"]), new_connection(**wrong))

    assert response.status_code == 422
    assert not Connection.objects.exists()
    assert SECRET not in response.content.decode()


def test_a_name_is_taken_once(client):
    act_as(client, AdministratorFactory)
    TrytonConnectionFactory(name="Tryton")

    response = client.post(reverse("crm_sync:connection_add", args=["tryton"]), new_connection())

    assert response.status_code == 422
    assert "Another connection has this name" in response.content.decode()


@pytest.mark.loopback
def test_a_connection_out_of_reach_says_so_when_tested(client):
    act_as(client, AdministratorFactory)
    crm = TrytonConnectionFactory()

    response = client.post(reverse("crm_sync:connection_test", args=[crm.pk]))

    assert not response.context["report"].ok
    assert crm.runs.get().purpose == "check"


def test_a_throttled_connection_says_until_when_and_that_nothing_is_lost(client, filled):
    act_as(client, SupportAgentFactory)
    Connection.objects.update(wait_until=timezone.now() + timedelta(minutes=9))

    line = client.get(reverse("crm_sync:connection_list")).context["lines"][0]

    assert line.state == "Slowed"
    assert line.sentence.startswith("Tryton asked us to wait until")
    assert line.sentence.endswith("Nothing is lost. 1 change is queued.")


def test_lag_is_the_age_of_the_oldest_row_not_settled(client, filled):
    act_as(client, SupportAgentFactory)
    CrmDirty.objects.filter(state="waiting").update(created_at=timezone.now() - timedelta(hours=5, minutes=18))

    line = client.get(reverse("crm_sync:connection_list")).context["lines"][0]

    assert (line.lag, line.is_late) == ("5 h 18 min", True)


def test_the_list_costs_the_same_with_more_of_everything(client, filled, django_assert_max_num_queries):
    act_as(client, AdministratorFactory)
    url = reverse("crm_sync:connection_list")
    client.get(url)

    with django_assert_max_num_queries(20) as few:
        client.get(url)
    for _ in range(9):
        crm = TrytonConnectionFactory()
        RunFactory(connection=crm)
        DirtyFactory.create_batch(3, connection=crm, dead="invalid:name")
    with django_assert_max_num_queries(20) as many:
        client.get(url)

    assert len(many) <= len(few)
