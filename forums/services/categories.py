"""Making and changing categories."""

import re
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from community.activity.log import record
from community.core.audience import is_token
from community.core.errors import Invalid
from community.members.models import Member
from forums.activities import CategoryChanged
from forums.models import Category
from forums.permissions import category_change_check
from forums.states import Kind

CHANGEABLE = frozenset({"slug", "name", "description", "kind", "audience", "language", "position", "intro", "template"})
_SLUG = re.compile(r"[\w-]{1,60}")


def category_create(*, member: Member | None, site: Site, name: str, slug: str, **values: Any) -> Category:
    """Make a category.

    Args:
        member: an administrator; None for the system (set-up, seed, import), which is not checked.
        values: any of CHANGEABLE.
    Raises: Denied, Invalid (the field is named). Queries: 1.
    """
    if member is not None:
        category_change_check(member)
    category = Category(site=site)
    _values_set(category, {"name": name, "slug": slug, **values})
    try:
        with transaction.atomic():
            category.save()
    except IntegrityError as taken:
        raise Invalid(_("There is a category with this address."), field="slug") from taken
    return category


def category_update(*, member: Member | None, category_id: int, origin: str = "web", **values: Any) -> Category:
    """Change a category; a new audience is recorded, because it changes who sees everything in it.

    A new kind holds for topics to come; those there keep theirs.

    Raises: Category.DoesNotExist, Denied, Invalid. Idempotent: yes. Queries: 4.
    """
    if member is not None:
        category_change_check(member)
    try:
        with transaction.atomic():
            category: Category = Category.objects.select_for_update(of=("self",)).get(pk=category_id)
            audience = category.audience
            _values_set(category, values)
            category.save(update_fields=sorted(values))
            if category.audience != audience:
                record(
                    CategoryChanged(topics=category.topic_count),
                    subject_id=category.pk,
                    actor_id=member.pk if member else None,
                    origin=origin,
                )
    except IntegrityError as taken:
        raise Invalid(_("There is a category with this address."), field="slug") from taken
    return category


def _values_set(category: Category, values: dict[str, Any]) -> None:
    unknown = values.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"a category has no {sorted(unknown)}")
    for name, value in values.items():
        setattr(category, name, value.strip() if isinstance(value, str) else value)
    if not category.name:
        raise Invalid(_("Give the category a name."), field="name")
    if not _SLUG.fullmatch(category.slug):
        raise Invalid(_("Use letters, digits and hyphens in the address."), field="slug")
    if not is_token(category.audience):
        raise Invalid(_("Nobody is meant by this audience."), field="audience")
    if category.kind not in Kind.values:
        raise Invalid(_("A category is for questions or discussions."), field="kind")
