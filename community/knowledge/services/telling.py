"""The border with Wagtail: what readers may see is compared with what the log was told, and the log is told the rest.

Nobody has to say what changed. A move takes a branch along, a restriction on a section changes who sees all below it, a
deletion in bulk sends no signal for some rows: the comparison finds all of them, and what a script did behind our back.
It runs at the end of every change in the CMS, in its transaction, and by the clock (docs/adr/knowledge-seam.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from secrets import token_hex
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from community.activity.bulk import Entry, record_many
from community.core import content
from community.core.audience import NOBODY
from community.knowledge import activities as told
from community.knowledge.audience import audience_at, fences
from community.knowledge.locks import telling_lock
from community.knowledge.models import Article, BlogIndex, BlogPost, KnowledgeHome, Section, Told

BATCH = 500
_PUBLISHED, _REVISED, _MOVED, _UNPUBLISHED, _DELETED = "published", "revised", "moved", "unpublished", "deleted"
_SECTION: dict[str, type] = dict.fromkeys((_PUBLISHED, _REVISED, _MOVED, _UNPUBLISHED, _DELETED), told.SectionChanged)
TYPES: dict[str, dict[str, type]] = {
    "knowledge.article": {
        _PUBLISHED: told.ArticlePublished,
        _REVISED: told.ArticleRevised,
        _MOVED: told.ArticleMoved,
        _UNPUBLISHED: told.ArticleUnpublished,
        _DELETED: told.ArticleDeleted,
    },
    "knowledge.blogpost": {
        _PUBLISHED: told.BlogPostPublished,
        _REVISED: told.BlogPostRevised,
        _MOVED: told.BlogPostMoved,
        _UNPUBLISHED: told.BlogPostUnpublished,
        _DELETED: told.BlogPostDeleted,
    },
    "knowledge.section": _SECTION,
    "knowledge.knowledgehome": {},
    "knowledge.blogindex": {},
}
"""Kind -> what is recorded; of homes nothing, but pages that show them are not kept any longer."""
_MODELS = (Article, BlogPost, Section, KnowledgeHome, BlogIndex)


class State(NamedTuple):
    """A page as readers see it: a row of `Told`."""

    page_id: int
    kind: str
    revision_id: int
    place: str
    audience: str


@dataclass(frozen=True)
class _Change:
    verb: str
    kind: str
    page_id: int
    revision_id: int
    author_id: int


def pages_tell(*, actor_id: int | None, origin: str = "web") -> int:
    """Compare all pages with what the log was told, tell it the differences, and return how many there were.

    Idempotent: yes. Queries: 12 without a difference, whatever the number of pages.
    """
    with transaction.atomic():
        telling_lock()
        before = {row[0]: State(*row) for row in Told.objects.values_list(*State._fields)}
        now, authors, hidden = _seen()
        changes = [*_arrived(now, before, authors), *_gone(now, before, authors, hidden)]
        if not changes:
            return 0
        Told.objects.filter(page_id__in=[change.page_id for change in changes]).delete()
        Told.objects.bulk_create(Told(**now[change.page_id]._asdict()) for change in changes if change.page_id in now)
        entries = [entry for change in changes for entry in _entries(change, actor_id)]
        for start in range(0, len(entries), BATCH):
            record_many(entries[start : start + BATCH], origin=origin)
        connection.on_commit(content.taken_away, robust=True)
        return len(changes)


def _seen() -> tuple[dict[int, State], dict[int, int], set[int]]:
    """Return what readers see by page, the owners of all pages, and the pages that are there and not seen."""
    branches = fences()
    now: dict[int, State] = {}
    authors: dict[int, int] = {}
    hidden: set[int] = set()
    words: dict[frozenset[str], str] = {}
    for model in _MODELS:
        kind = f"knowledge.{model._meta.model_name}"
        rows = model.objects.values_list("pk", "path", "slug", "live", "live_revision_id", "owner_id")
        for pk, path, slug, live, revision_id, owner_id in rows:
            tokens = audience_at(path, branches) if live else NOBODY
            authors[pk] = owner_id or 0
            if tokens:
                audience = words.setdefault(tokens, " ".join(sorted(tokens)))
                now[pk] = State(pk, kind, revision_id or 0, f"{path}/{slug}", audience)
            else:
                hidden.add(pk)
    return now, authors, hidden


def _arrived(now: dict[int, State], before: dict[int, State], authors: dict[int, int]) -> Iterable[_Change]:
    for pk, page in now.items():
        known = before.get(pk)
        if known is None:
            verb = _PUBLISHED
        elif (known.place, known.audience) != (page.place, page.audience):
            verb = _MOVED
        elif known.revision_id != page.revision_id:
            verb = _REVISED
        else:
            continue
        yield _Change(verb, page.kind, pk, page.revision_id, authors[pk])


def _gone(
    now: dict[int, State], before: dict[int, State], authors: dict[int, int], hidden: set[int]
) -> Iterable[_Change]:
    for pk in before.keys() - now.keys():
        known = before[pk]
        verb = _UNPUBLISHED if pk in hidden else _DELETED
        yield _Change(verb, known.kind, pk, known.revision_id, authors.get(pk, 0))


def _entries(change: _Change, actor_id: int | None) -> Iterable[Entry]:
    payload_class = TYPES[change.kind].get(change.verb)
    if payload_class is not None:
        yield Entry(
            payload=payload_class(author_id=change.author_id, revision_id=change.revision_id),
            subject_id=change.page_id,
            actor_id=actor_id,
            occurred_at=timezone.now(),
            dedupe_key=f"knowledge:{token_hex(12)}",
        )
