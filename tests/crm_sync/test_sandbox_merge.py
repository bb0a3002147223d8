"""The built-in CRM's merge: what a person tidying up would do."""

import pytest

from crm_sync.connectors.sandbox_records import sandbox_contact_merge
from crm_sync.models import SandboxContact
from tests.factories.crm_sync import ConnectionFactory


@pytest.mark.django_db
def test_an_erased_contact_stays_inactive_when_somebody_merges_it():
    erased = SandboxContact.objects.create(connection=ConnectionFactory(), key="k", is_active=False)

    survivor = sandbox_contact_merge(erased)

    survivor.refresh_from_db()
    assert (survivor.key, survivor.is_active) == ("k", False)
