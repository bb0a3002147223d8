"""What every visitor may read of new ideas, for readers of feeds."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from wagtail.models import Site

from community.core.feeds import SIZE, SUMMARY_LENGTH, FeedEntry
from community.core.markup import excerpt
from ideas.models import Idea
from ideas.selectors.lists import boards_of
from ideas.selectors.paths import idea_short_path
from ideas.selectors.rows import BoardCard, idea_url


@dataclass(frozen=True, kw_only=True)
class Feed:
    """The newest ideas of a board, or (board None) of the site."""

    board: BoardCard | None
    entries: list[FeedEntry]


def idea_feed(*, site: Site, slug: str = "") -> Feed:
    """Return the newest ideas every visitor may read, of all boards or of one.

    Raises: Http404 when visitors may not read the board. Queries: 2.
    """
    boards = [board for board in boards_of(site=site, viewer=AnonymousUser()) if slug in ("", board.slug)]
    if slug and not boards:
        raise Http404
    ideas = Idea.objects.filter(site=site, board_id__in=[board.id for board in boards]).listed()
    newest = ideas.select_related("author", "board").defer("raw").order_by("-created_at", "-id")[:SIZE]
    return Feed(board=boards[0] if slug else None, entries=[_entry(idea) for idea in newest])


def _entry(idea: Idea) -> FeedEntry:
    return FeedEntry(
        title=idea.title,
        summary=excerpt(idea.cooked, length=SUMMARY_LENGTH),
        url=idea_url(idea),
        lasting_url=idea_short_path(idea),
        author=idea.author.display_name,
        category=idea.board.name,
        at=idea.created_at,
        moved_at=idea.status_at,
    )
