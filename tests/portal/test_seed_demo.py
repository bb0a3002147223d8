"""The demo community is written through the services, once."""

import pytest
from django.core.management import call_command

from community.activity.models import Activity, Delivery
from community.members.models import Member
from community.moderation.models import Review
from community.portal.demo.content import demo_content
from community.portal.demo.seed import PASSWORD, demo_seed
from forums.models import Topic
from forums.states import State


@pytest.mark.django_db
def test_seeding_twice_writes_once(capsys):
    assert demo_seed() is True
    activities = Activity.objects.count()

    call_command("seed_demo")

    assert Activity.objects.count() == activities
    content = demo_content()
    assert Topic.objects.filter(visibility="visible").count() == len(content.topics) + len(demo_content("faro").topics)
    waiting = len(content.held) + len(content.changes) + len({(row["topic"], row["of"]) for row in content.reports})
    assert Review.objects.waiting().count() == waiting
    assert not Delivery.objects.exists()
    assert set(Topic.objects.filter(accepted_post__isnull=False).values_list("state", flat=True)) == {State.SOLVED}


@pytest.mark.django_db
def test_the_printed_logins_cover_every_role_and_work(client, capsys):
    call_command("seed_demo")

    lines = [line.split() for line in capsys.readouterr().out.splitlines() if "@" in line]

    assert len(lines) == 5
    assert {role for member in Member.objects.all() for role in member.roles} == set(Member.Role.values)
    for words in lines:
        email = next(word for word in words if "@" in word)
        assert client.login(email=email, password=PASSWORD)
