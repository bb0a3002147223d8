"""Who may see what, as query filters; `ideas.audience` says the same in tokens and a test compares them. The ledger."""

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from community.core.audience import MEMBERS, PUBLIC
from community.members.audience import tokens_of

OVERSEERS = frozenset({"role:moderator", "role:administrator"})
"""Tokens that see every board, and what is hidden."""

OPEN_TO_MEMBERS = (PUBLIC, MEMBERS)
"""Audiences every member belongs to: there, authors keep seeing what was hidden of theirs."""

APPEND_ONLY = "the vote ledger is append-only: write another entry"


def sees_all(viewer: Any) -> bool:
    """Tell whether `viewer` sees every board and what is hidden or deleted. Queries: 0."""
    return not OVERSEERS.isdisjoint(tokens_of(viewer))


class BoardQuerySet(models.QuerySet[Any]):
    """Boards."""

    def visible_to(self, viewer: Any) -> "BoardQuerySet":
        """Keep what `viewer` (a member or a visitor) may see."""
        if sees_all(viewer):
            return self.all()
        return self.filter(audience__in=tokens_of(viewer))


class IdeaQuerySet(models.QuerySet[Any]):
    """Ideas."""

    def visible_to(self, viewer: Any) -> "IdeaQuerySet":
        """Keep what `viewer` may see: visible ideas of boards open to them, and their own hidden ones."""
        if sees_all(viewer):
            return self.all()
        return self.filter(Q(board__audience__in=tokens_of(viewer)) & _shown(viewer, board="board__"))

    def listed(self) -> "IdeaQuerySet":
        """Keep what belongs in a list: visible ideas that were not merged into another."""
        return self.filter(visibility="visible", merged_into__isnull=True)


class CommentQuerySet(models.QuerySet[Any]):
    """Comments."""

    def visible_to(self, viewer: Any) -> "CommentQuerySet":
        """Keep what `viewer` may see: visible comments of ideas they may see, and their own hidden ones."""
        if sees_all(viewer):
            return self.all()
        return self.filter(
            Q(idea__board__audience__in=tokens_of(viewer))
            & _shown(viewer, owned="idea__", board="idea__board__")
            & _shown(viewer, board="idea__board__")
        )

    def public(self) -> "CommentQuerySet":
        """Keep comments that are neither hidden, held nor deleted (their idea may be)."""
        return self.filter(visibility="visible")


class LedgerQuerySet(models.QuerySet[Any]):
    """Reads and inserts only; triggers refuse the rest too (`triggers.py`)."""

    def update(self, **values: Any) -> NoReturn:
        """Refuse. Raises: TypeError always."""
        raise TypeError(APPEND_ONLY)

    def delete(self) -> NoReturn:
        """Refuse. Raises: TypeError always."""
        raise TypeError(APPEND_ONLY)

    delete.queryset_only = True  # type: ignore[attr-defined]


def _shown(viewer: Any, *, owned: str = "", board: str) -> Q:
    """Visible; or hidden or held, when it is the viewer's own and every member may read the board."""
    shown = Q(**{f"{owned}visibility": "visible"})
    if MEMBERS not in tokens_of(viewer):
        return shown
    return shown | Q(
        **{
            f"{owned}author_id": viewer.pk,
            f"{owned}visibility__in": ["hidden", "held"],
            f"{board}audience__in": OPEN_TO_MEMBERS,
        }
    )
