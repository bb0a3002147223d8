"""Who may see what, as query filters; `ideas.audience` says the same in tokens and a test compares them."""

from typing import Any

from django.db import models

from community.members.audience import tokens_of
from community.members.visibility import oversees, shown_to


class BoardQuerySet(models.QuerySet[Any]):
    """Boards."""

    def visible_to(self, viewer: Any) -> "BoardQuerySet":
        """Keep what `viewer` (a member or a visitor) may see."""
        if oversees(viewer):
            return self.all()
        return self.filter(audience__in=tokens_of(viewer))


class IdeaQuerySet(models.QuerySet[Any]):
    """Ideas."""

    def visible_to(self, viewer: Any) -> "IdeaQuerySet":
        """Keep what `viewer` may see: visible ideas of boards open to them, and their own hidden ones."""
        if oversees(viewer):
            return self.all()
        return self.filter(shown_to(viewer, place="board__"))

    def listed(self) -> "IdeaQuerySet":
        """Keep what belongs in a list: visible ideas that were not merged into another."""
        return self.filter(visibility="visible", merged_into__isnull=True)


class CommentQuerySet(models.QuerySet[Any]):
    """Comments."""

    def visible_to(self, viewer: Any) -> "CommentQuerySet":
        """Keep what `viewer` may see: visible comments of ideas they may see, and their own hidden ones."""
        if oversees(viewer):
            return self.all()
        place = "idea__board__"
        return self.filter(shown_to(viewer, place=place, owned="idea__") & shown_to(viewer, place=place))

    def public(self) -> "CommentQuerySet":
        """Keep comments that are neither hidden, held nor deleted (their idea may be)."""
        return self.filter(visibility="visible")
