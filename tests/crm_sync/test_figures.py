"""Points alone make a record dirty: seldom, once a turn, and only where there is something to tell."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community.activity.delivery import drain_activity
from community.reputation.models import MemberTotal
from community.work.periodic import jobs
from crm_sync.figures import figures_mark
from crm_sync.models import Connection, CrmDirty, Link, SandboxContact
from crm_sync.models.work import BULK
from tests.crm_sync.driving import pushes, send_all, touch
from tests.factories.crm_sync import ConnectionFactory
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent():
    """Three members whom the CRM knows, their points as they are."""
    ConnectionFactory(timeline_rule="off")
    members = MemberFactory.create_batch(3)
    for member in members:
        touch(member)
    drain_activity()
    send_all()
    figures_mark()
    send_all()
    return members


def gain(member, points):
    """Let the total move, as a recount does."""
    MemberTotal.objects.update_or_create(member=member, defaults={"points": points, "changed_at": timezone.now()})


def test_points_that_moved_alone_reach_the_crm(sent):
    gain(sent[0], 40)

    marked = figures_mark()
    waiting = CrmDirty.objects.get()
    send_all()

    assert (marked, waiting.object_id, waiting.priority) == (1, sent[0].pk, BULK)
    assert SandboxContact.objects.get(key__endswith=f":{sent[0].pk}").facts["points"] == 40
    assert "crm_sync.figures" in jobs


def test_however_often_points_move_it_is_one_mark_and_one_call(sent):
    for points in range(1, 30):
        gain(sent[1], points)
        figures_mark()
    before = pushes()

    send_all()

    assert pushes() == before + 1
    figures_mark()  # the look-back finds the same move again
    send_all()
    assert pushes() == before + 1, "what did not change made a call"


def test_a_turn_looks_back_no_further_than_it_must(sent):
    gain(sent[2], 5)
    MemberTotal.objects.update(changed_at=timezone.now() - timedelta(hours=1))

    assert figures_mark() == 0


def test_whom_the_crm_does_not_know_is_not_sent_for_their_points(sent):
    stranger = MemberFactory()
    Link.objects.filter(object_id=sent[0].pk).update(state=Link.State.CONFLICT)
    for member in (stranger, sent[0]):
        gain(member, 7)

    assert figures_mark() == 0
    assert not CrmDirty.objects.exists()


def test_what_is_queued_keeps_its_place(sent):
    touch(sent[0], name="New Name")
    drain_activity()
    gain(sent[0], 9)
    before = CrmDirty.objects.values("priority", "counter").get()

    figures_mark()

    assert CrmDirty.objects.values("priority", "counter").get() == before
    assert Connection.objects.count() == 1
