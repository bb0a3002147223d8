"""From the log to the CRM: what leaves, how often, in which order, and what becomes of each answer."""

import pytest
from django.utils import timezone

from community.activity.delivery import drain_activity
from community.work import queue
from crm_sync.models import Attempt, AttemptRow, CrmDirty, Link, SandboxCase, SandboxContact, SandboxFaults
from tests.crm_sync.driving import send_all
from tests.factories.crm_sync import ConnectionFactory, SandboxFaultsFactory
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


def test_a_member_becomes_one_contact_with_the_external_key() -> None:
    crm = ConnectionFactory()
    topic = TopicFactory()

    drain_activity()
    send_all()

    contact = SandboxContact.objects.get(key__endswith=f":contact:{topic.author_id}")
    assert (contact.name, contact.email) == (topic.author.name, topic.author.email)
    link = Link.objects.get(connection=crm, kind="contact", object_id=topic.author_id)
    assert (link.state, link.remote_id) == ("linked", str(contact.pk))
    assert not CrmDirty.objects.exists()
