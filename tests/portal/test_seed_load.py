"""A seeded load is a community whose every counted column is right."""

import pytest
from django.core.management import call_command
from django.test import Client

from community.members.models import Member
from forums.models import Category, Post, Topic
from forums.services.counters import counters_repair
from tests.factories.forums import PostFactory

pytestmark = pytest.mark.django_db


def test_a_load_counts_right_has_a_long_topic_and_can_be_written_in() -> None:
    call_command("seed_load", posts=600, verbosity=0)

    assert Post.objects.count() == 600
    assert Topic.objects.order_by("-post_count").values_list("post_count", flat=True)[0] >= 12
    assert set(Category.objects.values_list("kind", flat=True)) == {"question", "discussion"}
    assert Topic.objects.filter(state="solved", accepted_post__number__gt=1).exists()
    assert counters_repair() == 0

    topic = Topic.objects.order_by("pk").first()
    PostFactory(topic=topic)
    assert Client().get(f"/t/{topic.pk}/{topic.slug}/", follow=True).status_code == 200


def test_loads_add_up_and_look_like_members_who_joined() -> None:
    call_command("seed_load", posts=60, verbosity=0)
    call_command("seed_load", posts=60, seed=2, verbosity=0)

    assert Post.objects.count() == 120
    assert counters_repair() == 0
    member = Member.objects.filter(pk__in=Post.objects.values("author_id")).first()
    assert member is not None
    member.full_clean(exclude=["email", "password"])
    assert Client().get(f"/m/{member.handle}/").status_code == 200
