"""Staff see CRM facts with source and age; nobody else sees anything."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse

from community.activity.delivery import drain_activity
from crm_sync.engine.polling import connection_poll
from crm_sync.models import SandboxCase
from crm_sync.selectors_facts import money
from tests.crm_sync.driving import escalated_topic, send_all
from tests.factories.crm_sync import ConnectionFactory, SandboxAccountFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


def printed(tag: str, viewer: Any, **things: Any) -> str:
    request = RequestFactory().get("/")
    request.user = viewer
    return Template("{% load crm %}{% " + tag + " %}").render(Context({"request": request, **things}))


@pytest.fixture
def topic() -> Any:
    crm = ConnectionFactory(name="Sales CRM")
    SandboxAccountFactory(connection=crm)
    topic = escalated_topic(author=MemberFactory(email="ana@ostler.example"))
    send_all()
    connection_poll(crm)
    SandboxCase.objects.update(state="waiting")
    return topic


def test_staff_see_plan_revenue_owner_and_case_with_their_source(topic: Any) -> None:
    agent = MemberFactory(roles=["support_agent"])

    html = printed("crm_topic topic", agent, topic=topic)

    for text in ("Ostler", "Fleet", "48,000 EUR", "Ines Prado", "Sales CRM", "Case ", "Contact "):
        assert text in html


@pytest.mark.parametrize("viewer", [AnonymousUser(), "customer", "asker", "suspended"])
def test_money_and_case_facts_never_reach_anybody_else(topic: Any, viewer: Any) -> None:
    viewers = {
        "customer": lambda: MemberFactory(),
        "asker": lambda: topic.author,
        "suspended": lambda: MemberFactory(roles=["support_agent"], state="suspended", is_active=False),
    }
    who = viewers[viewer]() if isinstance(viewer, str) else viewer

    assert printed("crm_topic topic", who, topic=topic).strip() == ""
    assert printed("crm_member member", who, member=topic.author).strip() == ""


@pytest.mark.parametrize("place", ["topic", "profile"])
def test_the_pages_of_topic_and_member_show_the_account_to_staff_alone(topic: Any, client: Client, place: str) -> None:
    addresses = {"topic": ("forums:topic", topic.pk, topic.slug), "profile": ("members:profile", topic.author.handle)}
    name, *args = addresses[place]
    shown = {}
    for who, member in {"agent": MemberFactory(roles=["support_agent"]), "asker": topic.author}.items():
        client.force_login(member)
        shown[who] = client.get(reverse(name, args=args)).content.decode()

    for text in ("Fleet", "48,000 EUR", "Ines Prado", "Sales CRM"):
        assert text in shown["agent"]
        assert text not in shown["asker"]


def test_a_page_pays_two_queries_for_staff_and_none_for_others(topic: Any, django_assert_num_queries: Any) -> None:
    agent = MemberFactory(roles=["support_agent"])

    with django_assert_num_queries(2):
        printed("crm_topic topic", agent, topic=topic)
    with django_assert_num_queries(2):
        printed("crm_member member", agent, member=topic.author)
    with django_assert_num_queries(0):
        printed("crm_member member", topic.author, member=topic.author)


def test_a_member_no_crm_knows_shows_nothing(topic: Any) -> None:
    agent = MemberFactory(roles=["support_agent"])
    drain_activity()

    assert printed("crm_member member", agent, member=SimpleNamespace(pk=10**9)).strip() == ""


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (4_800_000, "EUR", "48,000 EUR"),
        (4_800_050, "EUR", "48,000.50 EUR"),
        (48_000, "JPY", "48,000 JPY"),
        (None, "EUR", ""),
        (-100, "USD", "−1 USD"),
    ],
)
def test_money_is_written_with_its_currency(minor: int | None, currency: str, words: str) -> None:
    assert money(minor, currency) == words
