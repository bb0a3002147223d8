"""Warnings and suspensions: told why and how long, ended by themselves, written in the log."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community.activity.models import Activity
from community.core.errors import Denied, Invalid
from community.members.models import Member
from community.members.permissions import suspension_sentence
from community.moderation.models import Decision, Sanction
from community.moderation.selectors import my_reports
from community.moderation.services import member_suspend_for, member_warn, suspension_lift, suspensions_end
from forums.services import reply_create
from tests.factories.forums import TopicFactory
from tests.factories.members import PASSWORD, AdministratorFactory, MemberFactory, ModeratorFactory

pytestmark = pytest.mark.django_db
WHY = {"reason": "spam", "message": "No advertising, please."}


def test_a_suspended_member_is_out_at_once_and_told_why_and_until_when(client):
    member = MemberFactory(password=PASSWORD)
    client.force_login(member)
    assert client.get(reverse("members:settings")).status_code == 200

    member_suspend_for(actor=ModeratorFactory(), member=member, days=3, **WHY)

    assert client.get(reverse("members:settings")).status_code == 302
    page = Client().post(reverse("account_login"), {"login": member.email, "password": PASSWORD}, follow=True)
    member.refresh_from_db()
    assert WHY["message"] in page.content.decode()
    assert "This ends on" in suspension_sentence(member)
    with pytest.raises(Denied):
        reply_create(member=member, topic_id=TopicFactory().pk, body="But I am here.")


def test_a_suspension_ends_by_itself(frozen_clock):
    member = MemberFactory()
    member_suspend_for(actor=ModeratorFactory(), member=member, days=1, **WHY)
    frozen_clock.shift(86_399)
    assert suspensions_end() == 0

    frozen_clock.shift(2)

    assert (suspensions_end(), suspensions_end()) == (1, 0)
    member.refresh_from_db()
    assert (member.state, member.suspension_reason, member.suspended_until) == ("active", "", None)
    assert Activity.objects.filter(type="moderation.suspension_ended").count() == 1


def test_a_newer_term_counts(frozen_clock):
    member, moderator = MemberFactory(), ModeratorFactory()
    member_suspend_for(actor=moderator, member=member, days=1, **WHY)
    member_suspend_for(actor=moderator, member=member, days=7, **WHY)

    frozen_clock.shift(2 * 86_400)

    assert suspensions_end() == 0
    assert Member.objects.get(pk=member.pk).state == "suspended"


def test_a_suspension_is_lifted():
    member, moderator = MemberFactory(), ModeratorFactory()
    member_suspend_for(actor=moderator, member=member, days=None, **WHY)

    suspension_lift(actor=moderator, member=member)

    assert Member.objects.get(pk=member.pk).state == "active"
    assert Sanction.objects.get().ended_at is not None
    assert list(Decision.objects.order_by("pk").values_list("action", flat=True)) == ["suspend", "lift"]


def test_a_warning_is_read_on_the_members_own_page():
    member = MemberFactory()

    member_warn(actor=ModeratorFactory(), member=member, **WHY)

    assert [row.message for row in my_reports(member).told] == [WHY["message"]]
    assert not my_reports(MemberFactory()).told


@pytest.mark.parametrize(
    "wrong",
    [{"reason": "whim"}, {"message": " "}, {"message": "x" * 401}, {"days": 2}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_reason_words_and_a_known_term_are_wanted(wrong):
    with pytest.raises(Invalid):
        member_suspend_for(actor=ModeratorFactory(), member=MemberFactory(), **{"days": 1, **WHY, **wrong})


def test_nobody_suspends_a_colleague_but_administrators():
    with pytest.raises(Denied):
        member_suspend_for(actor=ModeratorFactory(), member=ModeratorFactory(), days=1, **WHY)

    member_suspend_for(actor=AdministratorFactory(), member=ModeratorFactory(), days=1, **WHY)

    assert Sanction.objects.get().ends_at - timezone.now() < timedelta(days=1)
