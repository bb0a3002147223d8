"""Who sees what: tokens, query filters and checks say the same for every kind, persona and visibility."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from community.activity.subjects import subject_of
from community.core.audience import may_see
from community.members.audience import tokens_of
from community.members.models import Member
from forums.audience import sees
from forums.models import Category, Post, Topic
from tests.factories.forums import CategoryFactory
from tests.factories.members import MemberFactory, MemberGroupFactory, personas

pytestmark = pytest.mark.django_db
VISIBILITIES = ["visible", "hidden", "held", "deleted"]
MODELS: dict[str, Any] = {"forums.category": Category, "forums.topic": Topic, "forums.post": Post}

WITH: dict[str, tuple[str, ...]] = {
    "forums.category": (),
    "forums.topic": ("category",),
    "forums.post": ("topic__category",),
}


@dataclass
class World:
    """Everybody, and one of everything in every audience and visibility."""

    viewers: dict[str, Any]


@pytest.fixture
def world() -> World:
    """Fill the forums with topics and posts of two authors in every audience and pair of visibilities."""
    group = MemberGroupFactory()
    asker, answerer = MemberFactory(), MemberFactory()
    insider = MemberFactory(groups_joined=[group])
    viewers = {"visitor": AnonymousUser(), **personas(), "asker": asker, "answerer": answerer, "insider": insider}
    audiences = ["public", "members", "staff", "role:support_agent", f"group:{group.pk}", f"member:{insider.pk}"]
    for audience in audiences:
        category = CategoryFactory(audience=audience)
        for topic_visibility, post_visibility in product(VISIBILITIES, VISIBILITIES):
            _topic(category, asker, answerer, topic_visibility, post_visibility)
    return World(viewers={name: _fresh(viewer) for name, viewer in viewers.items()})


def _topic(category: Category, asker: Member, answerer: Member, topic_visibility: str, post_visibility: str) -> None:
    now = asker.joined_at
    topic = Topic.objects.create(
        site=category.site,
        category=category,
        author=asker,
        title="t",
        slug="t",
        kind="question",
        state="new",
        asked_at=now,
        bumped_at=now,
        visibility=topic_visibility,
    )
    common = {"topic": topic, "raw": "x", "cooked": "x", "cooker_version": 1, "created_at": now}
    Post.objects.create(number=1, author=asker, visibility=topic_visibility, **common)
    Post.objects.create(number=2, author=answerer, visibility=post_visibility, **common)
    Post.objects.create(number=3, author=asker, visibility=post_visibility, **common)


def _fresh(viewer: Any) -> Any:
    return Member.objects.get(pk=viewer.pk) if viewer.pk else viewer


def _cases(world: World) -> Iterator[tuple[str, str, Any]]:
    return ((kind, name, viewer) for kind in MODELS for name, viewer in world.viewers.items())


def test_tokens_filters_and_checks_agree_for_every_kind_and_persona(world: World) -> None:
    for kind, name, viewer in _cases(world):
        model = MODELS[kind]
        tokens = tokens_of(viewer)
        ids = list(model.objects.values_list("pk", flat=True))
        audience = subject_of(kind).audience(ids)

        by_tokens = {pk for pk in ids if may_see(audience[pk], tokens)}
        by_query = set(model.objects.visible_to(viewer).values_list("pk", flat=True))
        by_check = {thing.pk for thing in model.objects.select_related(*WITH[kind]) if sees(viewer, thing)}

        assert by_tokens == by_query == by_check, (kind, name)


def test_lists_show_nothing_hidden_and_nothing_of_closed_categories(world: World) -> None:
    for name, viewer in world.viewers.items():
        listed = Topic.objects.listed_for(viewer)

        assert set(listed) <= set(Topic.objects.visible_to(viewer)), name
        assert set(listed.values_list("visibility", flat=True)) <= {"visible"}, name


def test_what_each_persona_sees(world: World) -> None:
    def audiences(name: str) -> set[str]:
        visible = Topic.objects.visible_to(world.viewers[name])
        return {audience.split(":")[0] for audience in visible.values_list("category__audience", flat=True)}

    assert audiences("visitor") == {"public"}
    assert audiences("suspended") == audiences("unclaimed") == {"public"}
    assert audiences("customer") == {"public", "members"}
    assert audiences("insider") == {"public", "members", "group", "member"}
    assert audiences("product_manager") == {"public", "members", "staff"}
    assert audiences("support_agent") == {"public", "members", "staff", "role"}
    assert (
        audiences("moderator")
        == audiences("administrator")
        == {"public", "members", "staff", "role", "group", "member"}
    )


def test_authors_see_their_own_hidden_and_held_things_but_not_deleted_ones(world: World) -> None:
    asker, answerer = world.viewers["asker"], world.viewers["answerer"]

    own = Topic.objects.visible_to(asker).filter(category__audience="public").values_list("visibility", flat=True)
    others = Topic.objects.visible_to(answerer).filter(category__audience="public").values_list("visibility", flat=True)
    replies = Post.objects.visible_to(answerer).filter(topic__category__audience="public", author=answerer)

    assert set(own) == {"visible", "hidden", "held"}
    assert set(others) == {"visible"}
    assert set(replies.values_list("topic__visibility", "visibility")) == {
        ("visible", "visible"),
        ("visible", "hidden"),
        ("visible", "held"),
    }


def test_a_thing_that_is_gone_has_no_audience() -> None:
    for kind in MODELS:
        assert subject_of(kind).audience([999]) == {}
