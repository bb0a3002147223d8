"""Who may see which pages, as query filters; `community.knowledge.audience` says the same in tokens."""

from typing import Any

from django.db.models import Q
from wagtail.query import PageQuerySet

from community.core.audience import may_see
from community.knowledge.audience import fences
from community.members.audience import tokens_of


class KnowledgeQuerySet(PageQuerySet):
    """Pages of one of our types."""

    def visible_to(self, viewer: Any) -> "KnowledgeQuerySet":
        """Keep what `viewer` (a member or a visitor) may see: published, and behind no fence that shuts them out.

        Queries: 4 at once, for the fences.
        """
        carried = tokens_of(viewer)
        shut = Q(pk=None)
        for fence in fences():
            if not may_see(fence.tokens, carried):
                shut |= Q(path__startswith=fence.path)
        return self.filter(live=True).exclude(shut)
