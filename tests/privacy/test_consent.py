"""Consent per purpose."""

import pytest

from community.activity.models import Activity
from community.members.services import consent_choose
from community.privacy.services import CRM_SYNC, consent_set, consents_of
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db


def test_never_asked_is_neither_yes_nor_no():
    yes, no, never = MemberFactory(), MemberFactory(), MemberFactory()
    consent_set(member_id=yes.pk, purpose=CRM_SYNC, given=True)
    consent_set(member_id=no.pk, purpose=CRM_SYNC, given=False)

    assert consents_of([yes.pk, no.pk, never.pk], CRM_SYNC) == {yes.pk: True, no.pk: False}


def test_an_answer_is_recorded_when_it_changes_and_only_then():
    member = MemberFactory()

    answers = [consent_set(member_id=member.pk, purpose=CRM_SYNC, given=given) for given in (True, True, False)]

    assert answers == [True, False, True]
    recorded = Activity.objects.filter(type="privacy.consent_changed", subject_id=member.pk).order_by("pk")
    assert [activity.payload["given"] for activity in recorded] == [True, False]


def test_a_members_choice_makes_the_sync_look_again():
    member = MemberFactory()

    consent_choose(member, purpose=CRM_SYNC, given=False)

    updated = Activity.objects.get(type="members.member_updated", subject_id=member.pk)
    assert updated.payload == {"fields": ["consent"]}


def test_a_purpose_nobody_declared_is_refused():
    with pytest.raises(LookupError):
        consent_set(member_id=1, purpose="advertising", given=True)
