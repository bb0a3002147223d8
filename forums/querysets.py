"""Who may see what, as query filters; `forums.subjects` says the same in audience tokens and a test compares them."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from community.core.audience import MEMBERS, PUBLIC
from community.members.audience import tokens_of

OVERSEERS = frozenset({"role:moderator", "role:administrator"})
"""Tokens that see every category, and what is hidden."""

OPEN_TO_MEMBERS = (PUBLIC, MEMBERS)
"""Audiences every member belongs to: there, authors keep seeing what was hidden of theirs."""


def sees_all(viewer: Any) -> bool:
    """Tell whether `viewer` sees every category and what is hidden or deleted. Queries: 0."""
    return not OVERSEERS.isdisjoint(tokens_of(viewer))


def may_list(viewer: Any, audience: str) -> bool:
    """Tell whether visible topics of a category with this audience belong in lists `viewer` reads. Queries: 0."""
    return audience in tokens_of(viewer) or sees_all(viewer)


class CategoryQuerySet(models.QuerySet[Any]):
    """Categories."""

    def visible_to(self, viewer: Any) -> "CategoryQuerySet":
        """Keep what `viewer` (a member or a visitor) may see."""
        if sees_all(viewer):
            return self.all()
        return self.filter(audience__in=tokens_of(viewer))


class TopicQuerySet(models.QuerySet[Any]):
    """Topics."""

    def visible_to(self, viewer: Any) -> "TopicQuerySet":
        """Keep what `viewer` may see: visible topics of categories open to them, and their own hidden ones."""
        if sees_all(viewer):
            return self.all()
        return self.filter(Q(category__audience__in=tokens_of(viewer)) & _shown(viewer, category="category__"))

    def listed_for(self, viewer: Any) -> "TopicQuerySet":
        """Keep what belongs in a list `viewer` reads: visible topics only, for everybody."""
        topics = self.filter(visibility="visible")
        return topics if sees_all(viewer) else topics.filter(category__audience__in=tokens_of(viewer))

    def listed_in(self, site_id: int, category_ids: list[int]) -> "TopicQuerySet":
        """Keep the visible topics of these categories of a site, which the caller knows to be open to the viewer.

        With several categories the index of the site's topics gives the order, and each row's category is looked at:
        the sum keeps a database from collecting all topics of all categories in order to sort them.
        """
        topics = self.filter(site_id=site_id, visibility="visible")
        if len(category_ids) == 1:
            return topics.filter(category_id=category_ids[0])
        return topics.alias(of_category=F("category_id") + 0).filter(of_category__in=category_ids)


class PostQuerySet(models.QuerySet[Any]):
    """Posts."""

    def visible_to(self, viewer: Any) -> "PostQuerySet":
        """Keep what `viewer` may see: visible posts of topics they may see, and their own hidden ones."""
        if sees_all(viewer):
            return self.all()
        return self.filter(
            Q(topic__category__audience__in=tokens_of(viewer))
            & _shown(viewer, owned="topic__", category="topic__category__")
            & _shown(viewer, category="topic__category__")
        )

    def public(self) -> "PostQuerySet":
        """Keep posts that are neither hidden, held nor deleted (their topic may be)."""
        return self.filter(visibility="visible")

    def answers(self) -> "PostQuerySet":
        """Keep visible posts that answer: by anybody but the asker."""
        return self.public().filter(number__gt=1).exclude(author_id=F("topic__author_id"))


def _shown(viewer: Any, *, owned: str = "", category: str) -> Q:
    """Visible; or hidden or held, when it is the viewer's own and every member may read the category."""
    shown = Q(**{f"{owned}visibility": "visible"})
    if MEMBERS not in tokens_of(viewer):
        return shown
    return shown | Q(
        **{
            f"{owned}author_id": viewer.pk,
            f"{owned}visibility__in": ["hidden", "held"],
            f"{category}audience__in": OPEN_TO_MEMBERS,
        }
    )
