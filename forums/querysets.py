"""Who may see what, as query filters; `forums.subjects` says the same in audience tokens and a test compares them."""

from typing import Any

from django.db import models
from django.db.models import F

from community.members.audience import tokens_of
from community.members.visibility import oversees, shown_to


def may_list(viewer: Any, audience: str) -> bool:
    """Tell whether visible topics of a category with this audience belong in lists `viewer` reads. Queries: 0."""
    return audience in tokens_of(viewer) or oversees(viewer)


class CategoryQuerySet(models.QuerySet[Any]):
    """Categories."""

    def visible_to(self, viewer: Any) -> "CategoryQuerySet":
        """Keep what `viewer` (a member or a visitor) may see."""
        if oversees(viewer):
            return self.all()
        return self.filter(audience__in=tokens_of(viewer))


class TopicQuerySet(models.QuerySet[Any]):
    """Topics."""

    def visible_to(self, viewer: Any) -> "TopicQuerySet":
        """Keep what `viewer` may see: visible topics of categories open to them, and their own hidden ones."""
        if oversees(viewer):
            return self.all()
        return self.filter(shown_to(viewer, place="category__"))

    def listed_for(self, viewer: Any) -> "TopicQuerySet":
        """Keep what belongs in a list `viewer` reads: visible topics only, for everybody."""
        topics = self.filter(visibility="visible")
        return topics if oversees(viewer) else topics.filter(category__audience__in=tokens_of(viewer))

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
        if oversees(viewer):
            return self.all()
        place = "topic__category__"
        return self.filter(shown_to(viewer, place=place, owned="topic__") & shown_to(viewer, place=place))

    def public(self) -> "PostQuerySet":
        """Keep posts that are neither hidden, held nor deleted (their topic may be)."""
        return self.filter(visibility="visible")

    def answers(self) -> "PostQuerySet":
        """Keep visible posts that answer: by anybody but the asker."""
        return self.public().filter(number__gt=1).exclude(author_id=F("topic__author_id"))
