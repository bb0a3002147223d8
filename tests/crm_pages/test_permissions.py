"""Who may open and change what."""

import pytest
from django.urls import reverse

from crm_sync.models import CrmDirty
from tests.crm_pages.acting import SECRET, act_as
from tests.factories.members import (
    AdministratorFactory,
    MemberFactory,
    ModeratorFactory,
    ProductManagerFactory,
    SupportAgentFactory,
)

pytestmark = pytest.mark.django_db


def reading_urls(crm):
    """Every address that support may open."""
    run = crm.runs.first()
    dead = CrmDirty.objects.filter(connection=crm, state="dead").first()
    return [
        reverse("crm_sync:connection_list"),
        reverse("crm_sync:connection_detail", args=[crm.pk]),
        reverse("crm_sync:run_list"),
        reverse("crm_sync:run_detail", args=[run.pk]),
        reverse("crm_sync:record_detail", args=[crm.pk, "contact", dead.object_id]),
    ]


def managing_urls(crm):
    """Every address that only administrators may open."""
    return [
        reverse("crm_sync:connection_add", args=["tryton"]),
        reverse("crm_sync:connection_edit", args=[crm.pk]),
        reverse("crm_sync:connection_pause", args=[crm.pk]),
        reverse("crm_sync:connection_enable", args=[crm.pk]),
        reverse("crm_sync:rule_edit", args=[crm.pk]),
        reverse("crm_sync:dead_discard") + f"?group={crm.pk}|invalid:name",
    ]


def posting_urls(crm):
    """Every address that changes something."""
    names = ("connection_edit", "connection_test", "connection_pause", "connection_enable", "rule_edit")
    return [
        reverse("crm_sync:connection_add", args=["tryton"]),
        *[reverse(f"crm_sync:{name}", args=[crm.pk]) for name in names],
        reverse("crm_sync:dead_retry"),
        reverse("crm_sync:dead_discard"),
    ]


@pytest.mark.parametrize("factory", [None, MemberFactory, ModeratorFactory, ProductManagerFactory])
def test_customers_and_other_roles_see_nothing(client, filled, factory):
    if factory:
        act_as(client, factory)

    for url in [*reading_urls(filled), *managing_urls(filled)]:
        assert client.get(url).status_code == 403, url
    for url in posting_urls(filled):
        assert client.post(url).status_code == 403, url


def test_support_reads_and_changes_nothing(client, filled):
    act_as(client, SupportAgentFactory)

    for url in reading_urls(filled):
        assert client.get(url).status_code == 200, url
    for url in managing_urls(filled):
        assert client.get(url).status_code == 403, url
    for url in posting_urls(filled):
        assert client.post(url).status_code == 403, url
    page = client.get(reverse("crm_sync:connection_list")).content.decode()
    assert "Retry" not in page
    assert "Pause" not in page


def test_an_administrator_opens_every_page(client, filled):
    act_as(client, AdministratorFactory)

    for url in [*reading_urls(filled), *managing_urls(filled)]:
        assert client.get(url).status_code == 200, url


def test_no_page_holds_a_credential(client, filled):
    act_as(client, AdministratorFactory)

    for url in [*reading_urls(filled), *managing_urls(filled)]:
        page = client.get(url).content.decode()
        assert SECRET not in page, url
        assert filled.credentials not in page, url
