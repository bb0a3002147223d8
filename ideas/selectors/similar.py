"""Ideas like a text: while one is written, and beside an idea."""

from dataclasses import dataclass
from typing import Any

from wagtail.models import Site

from community.core.likeness import ids_like
from community.members.audience import tokens_of
from ideas.models import Idea
from ideas.selectors.rows import StatusView, VoteButton, idea_url, status_view, vote_button, voted_of

SHOWN = 5
TELLING_LENGTH = 4
"""A text with fewer letters says nothing yet."""
_TITLE_LENGTH, _BODY_LENGTH = 400, 2_000


@dataclass(frozen=True, kw_only=True)
class SimilarIdea:
    """An idea like another, or like what somebody writes."""

    id: int
    title: str
    url: str
    status: StatusView
    vote: VoteButton


def similar_ideas(
    *, title: str, text: str, site: Site, viewer: Any, language: str, exclude: int = 0, limit: int = SHOWN
) -> list[SimilarIdea]:
    """Return ideas like a text, best first, as they are now and as the viewer may see them.

    Queries: 0 where search tells nothing, else 1, members 2; 1 more while the synonyms are not in the cache.
    """
    if len(title) + len(text) < TELLING_LENGTH:
        return []
    ids = ids_like(
        "ideas.idea",
        title=title[:_TITLE_LENGTH],
        text=text[:_BODY_LENGTH],
        tokens=tokens_of(viewer),
        site_id=site.pk,
        language=language,
        exclude=exclude,
        limit=limit,
    )
    if not ids:
        return []
    found = Idea.objects.filter(site=site, pk__in=ids).listed().visible_to(viewer).select_related("status", "board")
    ideas = {idea.pk: idea for idea in found.defer("raw", "cooked")}
    voted = voted_of(viewer, ideas)
    return [
        SimilarIdea(
            id=pk,
            title=ideas[pk].title,
            url=idea_url(ideas[pk]),
            status=status_view(ideas[pk].status),
            vote=vote_button(ideas[pk], viewer, voted=pk in voted),
        )
        for pk in ids
        if pk in ideas
    ]
