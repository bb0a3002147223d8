"""Making and changing categories."""

from typing import Any

import pytest
from wagtail.models import Site

from community.core.errors import Denied, Invalid
from forums.models import Category
from forums.services import category_create, category_update
from tests.factories.forums import CategoryFactory, TopicFactory
from tests.factories.members import AdministratorFactory, ModeratorFactory
from tests.forums.log import last_activity, recorded

pytestmark = pytest.mark.django_db


def create(**values: Any) -> Category:
    """Make a category as an administrator."""
    form = {
        "member": AdministratorFactory(),
        "site": Site.objects.get(is_default_site=True),
        "name": "Locks",
        "slug": "locks",
        **values,
    }
    return category_create(**form)


def test_an_administrator_makes_a_category() -> None:
    category = create(kind="discussion", audience="members", language="es", intro="Say **what**.")

    assert Category.objects.get() == category
    assert (category.name, category.kind, category.audience) == ("Locks", "discussion", "members")


def test_others_cannot() -> None:
    with pytest.raises(Denied):
        create(member=ModeratorFactory())


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"slug": "a b"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"audience": "everybody"}, "audience"),
        ({"kind": "poll"}, "kind"),
    ],
)
def test_bad_values_are_refused_beside_their_field(values: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        create(**values)

    assert refused.value.field == field


def test_an_address_is_taken_once_per_site() -> None:
    create()
    with pytest.raises(Invalid):
        create()

    root = Site.objects.get().root_page
    create(site=Site.objects.create(hostname="other.example", root_page=root))


def test_a_new_audience_is_told_because_it_changes_who_sees_what_is_inside() -> None:
    topic = TopicFactory()

    category_update(member=AdministratorFactory(), category_id=topic.category_id, audience="members")
    category_update(member=AdministratorFactory(), category_id=topic.category_id, audience="members", name="New")

    assert recorded("category_changed") == [("category_changed", topic.category_id)]
    assert last_activity("category_changed").payload == {"topics": 1}


def test_a_new_name_is_not_told() -> None:
    category = CategoryFactory()

    category_update(member=None, category_id=category.pk, name="New name", position=3)

    category.refresh_from_db()
    assert (category.name, category.position) == ("New name", 3)
    assert recorded() == []


def test_a_new_kind_holds_for_topics_to_come() -> None:
    topic = TopicFactory()

    category_update(member=None, category_id=topic.category_id, kind="discussion")

    topic.refresh_from_db()
    assert (topic.kind, topic.state) == ("question", "new")
    assert TopicFactory(category=Category.objects.get()).kind == "discussion"
