"""Who may see which pages, as query filters; `community.knowledge.audience` says the same in tokens."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from wagtail.query import PageQuerySet

from community.core.audience import may_see
from community.knowledge.audience import Fence, fences
from community.members.audience import tokens_of


class KnowledgeQuerySet(PageQuerySet):
    """Pages of one of our types."""

    def visible_to(self, viewer: Any, branches: Sequence[Fence] | None = None) -> "KnowledgeQuerySet":
        """Keep what `viewer` (a member or a visitor) may see: published, and behind no fence that shuts them out.

        Args:
            branches: what `fences()` returned, for who asks more than once.
        Queries: 4 at once, for the fences; 0 with `branches`.
        """
        carried = tokens_of(viewer)
        shut = Q(pk=None)
        for fence in fences() if branches is None else branches:
            if not may_see(fence.tokens, carried):
                shut |= Q(path__startswith=fence.path)
        return self.filter(live=True).exclude(shut)
