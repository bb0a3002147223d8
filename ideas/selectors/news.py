"""What changed on the page of an idea since it was opened."""

from dataclasses import dataclass
from typing import Any

from wagtail.models import Site

from ideas.models import Comment
from ideas.selectors.idea import idea_for
from ideas.selectors.rows import StatusView, idea_url, status_view

COUNTED_TO = 99
"""News are counted up to here; one more means "more than"."""


@dataclass(frozen=True, kw_only=True)
class IdeaNews:
    """What is new about an idea for somebody whose page knew the comments up to number `after`."""

    id: int
    count: int
    """Visible comments with a higher number, up to COUNTED_TO + 1."""
    url: str
    """Of the first of them; another address than the open page's, or following it would load nothing."""
    votes: int
    status: StatusView


def idea_news(idea_id: int, *, site: Site, viewer: Any, after: int) -> IdeaNews:
    """Return what is new about an idea. Raises: Http404. Queries: 2."""
    idea = idea_for(idea_id, site=site, viewer=viewer)
    comments = Comment.objects.public().filter(idea=idea, number__gt=after).order_by("number")
    numbers = list(comments.values_list("number", flat=True)[: COUNTED_TO + 1])
    return IdeaNews(
        id=idea.pk,
        count=len(numbers),
        url=f"{idea_url(idea)}?from={numbers[0]}#comment-{numbers[0]}" if numbers else "",
        votes=idea.vote_count,
        status=status_view(idea.status),
    )
