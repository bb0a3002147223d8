"""The built-in CRM's pages: colleagues look, support and administrators change, and it comes back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crm_sync.engine.polling import connection_poll
from crm_sync.models import AccountFact, Connection, SandboxAccount, SandboxCase, SandboxContact, SandboxFaults
from forums.models import TopicCase
from tests.crm_sync.driving import escalated_topic, send_all
from tests.factories.crm_sync import ConnectionFactory, SandboxAccountFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client: Client) -> Client:
    client.force_login(MemberFactory(roles=["support_agent"]))
    return client


@pytest.fixture
def crm() -> Connection:
    crm = ConnectionFactory()
    SandboxAccountFactory(connection=crm)
    escalated_topic(author=MemberFactory(name="Ana Ruiz", email="ana@ostler.example"))
    send_all()
    return crm


@pytest.mark.parametrize(("show", "text"), [("cases", "CASE-"), ("contacts", "Ana Ruiz"), ("accounts", "48,000 EUR")])
def test_colleagues_browse_the_records(agent: Client, crm: Connection, show: str, text: str) -> None:
    answer = agent.get(reverse("crm_sync:sandbox"), {"show": show})

    assert answer.status_code == 200
    assert text in answer.content.decode()


def test_without_a_sandbox_the_page_says_what_to_do(agent: Client) -> None:
    answer = agent.get(reverse("crm_sync:sandbox"))

    assert "No sandbox is connected" in answer.content.decode()


def test_a_case_state_set_on_the_page_comes_to_the_topic(agent: Client, crm: Connection) -> None:
    case = SandboxCase.objects.get()

    answer = agent.post(reverse("crm_sync:sandbox_case", args=[case.pk]), {"state": "solved"})
    connection_poll(crm)

    assert answer.status_code == 302
    assert TopicCase.objects.get().state == "solved"


def test_an_account_changed_on_the_page_comes_to_staff(agent: Client, crm: Connection) -> None:
    account = SandboxAccount.objects.get()
    values = {"name": "Ostler", "domain": "ostler.example", "plan": "Gold", "revenue": "10.50", "currency": "EUR"}

    agent.post(reverse("crm_sync:sandbox_account", args=[account.pk]), {**values, "owner": "Jo"})
    connection_poll(crm)

    assert list(AccountFact.objects.values_list("plan", "revenue_minor", "owner")) == [("Gold", 1050, "Jo")]


def test_a_new_account_gathers_the_contacts_of_its_domain(agent: Client, crm: Connection) -> None:
    SandboxAccount.objects.all().delete()

    agent.post(
        reverse("crm_sync:sandbox_account_new", args=[crm.pk]),
        {"name": "New", "domain": "@Ostler.example", "currency": "EUR"},
    )

    assert SandboxContact.objects.get(email="ana@ostler.example").account.name == "New"


def test_a_bad_currency_is_said_beside_the_field(agent: Client, crm: Connection) -> None:
    answer = agent.post(reverse("crm_sync:sandbox_account_new", args=[crm.pk]), {"name": "New", "currency": "euros"})

    assert answer.status_code == 422


def test_a_merge_and_a_delete_on_the_page_are_what_the_sync_meets(agent: Client, crm: Connection) -> None:
    contact = SandboxContact.objects.get(email="ana@ostler.example")

    agent.post(reverse("crm_sync:sandbox_contact_merge", args=[contact.pk]))
    survivor = SandboxContact.objects.get(email="ana@ostler.example", is_active=True)
    page = agent.get(reverse("crm_sync:sandbox_contact", args=[survivor.pk])).content.decode()
    agent.post(reverse("crm_sync:sandbox_contact_delete", args=[survivor.pk]))

    assert "Ana Ruiz" in page
    assert not SandboxContact.objects.filter(pk=survivor.pk).exists()


def test_faults_are_asked_for_on_the_page(agent: Client, crm: Connection) -> None:
    url = reverse("crm_sync:sandbox_faults", args=[crm.pk])

    assert agent.get(url).status_code == 200
    agent.post(url, {"next_fault": "stored_500", "slow_ms": "10", "chance_cut": "20"})
    assert '<option value="stored_500" selected>' in agent.get(url).content.decode()
    refused = agent.post(url, {"slow_ms": "10", "chance_cut": "60", "chance_lock": "60"})

    faults = SandboxFaults.objects.get(connection=crm)
    assert (faults.script, faults.chances) == (["stored_500"], {"cut": 20})
    assert refused.status_code == 422


@pytest.mark.parametrize("roles", [[], ["product_manager"]])
def test_only_support_and_administrators_change_and_only_colleagues_look(
    client: Client, crm: Connection, roles: list[str]
) -> None:
    client.force_login(MemberFactory(roles=roles))
    case = SandboxCase.objects.get()

    looked = client.get(reverse("crm_sync:sandbox"))
    changed = client.post(reverse("crm_sync:sandbox_case", args=[case.pk]), {"state": "solved"})

    assert looked.status_code == (200 if roles else 403)
    assert changed.status_code == 403


def test_a_list_costs_the_same_with_three_rows_and_thirty(
    agent: Client, crm: Connection, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        contact = SandboxContact.objects.create(connection=crm, name=f"Person {number}")
        SandboxCase.objects.create(connection=crm, contact=contact, reference=f"x{number}", subject="Lock")

    for show in ("cases", "contacts", "accounts"):
        with django_assert_max_num_queries(14):
            agent.get(reverse("crm_sync:sandbox"), {"show": show})
