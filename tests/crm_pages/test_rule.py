"""The rule by which questions become cases, as its page shows it."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from crm_sync.models import Rule, StaffAct
from tests.crm_pages.acting import act_as
from tests.factories.forums import CategoryFactory, TopicFactory
from tests.factories.members import AdministratorFactory

pytestmark = pytest.mark.django_db


def test_the_rule_counts_what_it_would_take_and_changes_nothing(client, filled):
    act_as(client, AdministratorFactory)
    for days in (2, 10, 50):
        with time_machine.travel(timezone.now() - timedelta(days=days), tick=False):
            TopicFactory()
    url = reverse("crm_sync:rule_edit", args=[filled.pk])

    counts = [
        client.get(url, {"hours": hours, "days": days, "tags": "", "languages": ""}).context["preview"].count
        for hours, days in ((24, 30), (24, 90), (24 * 5, 30))
    ]

    assert client.get(url).context["preview"].count == 2
    assert counts == [2, 3, 1]
    assert not Rule.objects.exists()


def test_the_rule_is_switched_on_for_the_period_chosen_and_off_again(client, filled):
    act_as(client, AdministratorFactory)
    url = reverse("crm_sync:rule_edit", args=[filled.pk])

    client.post(url, {"hours": 48, "days": 7, "tags": "Locks, app", "languages": ""})
    rule = Rule.objects.get()
    client.post(url, {"off": "1"})

    assert (rule.hours, rule.tags) == (48, ["locks", "app"])
    assert timezone.now() - rule.asked_after < timedelta(days=7, minutes=1)
    assert Rule.objects.get().enabled_at is None
    assert [act.action for act in StaffAct.objects.order_by("pk")] == ["rule_set", "rule_unset"]


def test_the_rule_takes_questions_of_the_categories_ticked(client, filled):
    act_as(client, AdministratorFactory)
    with time_machine.travel(timezone.now() - timedelta(days=2), tick=False):
        mine, _other = TopicFactory(), TopicFactory(category=CategoryFactory())
    url, reference = reverse("crm_sync:rule_edit", args=[filled.pk]), f"forums.category:{mine.category_id}"
    chosen = {"hours": 24, "days": 30, "tags": "", "languages": "", "categories": [reference]}

    response = client.get(url, chosen)
    client.post(url, dict(response.context["form"].pairs()))

    assert response.context["preview"].count == 1
    assert f'type="hidden" name="categories" value="{reference}"' in response.content.decode()
    assert Rule.objects.get().categories == [reference]
    detail = client.get(reverse("crm_sync:connection_detail", args=[filled.pk])).content.decode()
    assert "Only some questions" in detail


def test_a_category_that_is_gone_does_not_lock_the_rule(client, filled):
    act_as(client, AdministratorFactory)
    Rule.objects.create(connection=filled, categories=["forums.category:999999"])

    response = client.get(reverse("crm_sync:rule_edit", args=[filled.pk]))

    assert (response.status_code, response.context["form"]["categories"].value()) == (200, [])


def test_a_rule_that_makes_no_sense_is_refused(client, filled):
    act_as(client, AdministratorFactory)
    url = reverse("crm_sync:rule_edit", args=[filled.pk])

    assert client.post(url, {"hours": 0, "days": 30}).status_code == 422
    assert client.get(url, {"hours": "x", "days": 30}).status_code == 422
    assert not Rule.objects.exists()
