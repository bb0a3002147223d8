"""The staff log: who did what, when, on what, why; and what an import brought along hidden."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from wagtail.models import Site

from community.activity.subjects import subjects
from community.core.paging import keyset_page
from community.members.models import Member
from community.moderation.models import Decision
from community.moderation.reasons import reason_label
from community.moderation.things import Thing, cards_of, contexts_of, in_language

SIZE = 40
IMPORT = "import"
MINE = "mine"


@dataclass(frozen=True, kw_only=True)
class LogRow:
    """One row of the log."""

    id: int
    action: str
    label: str
    actor: str
    """Empty when it happened by itself."""
    title: str
    url: str
    reason: str
    note: str
    message: str
    at: datetime
    is_undone: bool


@dataclass(frozen=True, kw_only=True)
class ImportRow:
    """Something that arrived hidden."""

    kind: str
    id: int
    title: str
    url: str
    excerpt: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class LogPage:
    """One page of the log, or of what an import brought along hidden."""

    show: str
    """`` for everything, `mine`, or `import`."""
    rows: list[LogRow]
    imports: list[ImportRow]
    newer: str
    older: str


def log_page(viewer: Member, *, site: Site, query: Mapping[str, str]) -> LogPage:
    """Return a page of the log, newest first. Queries: 1 and the kinds'."""
    show = query.get("show", "")
    if show == IMPORT:
        return _imports(site, query.get("before", ""))
    rows = Decision.objects.filter(site=site) | Decision.objects.filter(site=None)
    if show == MINE:
        rows = rows.filter(actor=viewer)
    rows = rows.exclude(action=Decision.Action.SKIP).select_related("actor", "undone")
    page = keyset_page(rows, by=("id",), size=SIZE, after=query.get("after", ""), before=query.get("before", ""))
    cards = cards_of((row.kind, row.subject_id) for row in page.rows)
    return LogPage(
        show=show if show == MINE else "",
        rows=[_row(row, cards.get((row.kind, row.subject_id))) for row in page.rows],
        imports=[],
        newer=page.newer,
        older=page.older,
    )


def _row(row: Decision, card: object) -> LogRow:
    return LogRow(
        id=row.pk,
        action=row.action,
        label=str(Decision.Action(row.action).label),
        actor=row.actor.display_name if row.actor else "",
        title=getattr(card, "title", ""),
        url=in_language(getattr(card, "url", "")) if card else "",
        reason=reason_label(row.reason),
        note=row.note,
        message=row.message,
        at=row.at,
        is_undone=hasattr(row, "undone"),
    )


def _imports(site: Site, before: str) -> LogPage:
    """Return what arrived hidden and still is, newest first, kind by kind. Queries: 3 a kind that knows imports."""
    before_id = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    things: list[Thing] = []
    for kind, subject in sorted(subjects.items()):
        ids = subject.hidden_by_import(site_id=site.pk, before_id=before_id, limit=SIZE + 1)
        things += [(kind, pk) for pk in ids]
    contexts, cards = contexts_of(things[:SIZE]), cards_of(things[:SIZE])
    return LogPage(
        show=IMPORT,
        rows=[],
        imports=[
            ImportRow(
                kind=kind,
                id=pk,
                title=contexts[kind, pk].title,
                url=in_language(contexts[kind, pk].url),
                excerpt=cards[kind, pk].excerpt if (kind, pk) in cards else "",
                at=contexts[kind, pk].at,
            )
            for kind, pk in things[:SIZE]
            if (kind, pk) in contexts
        ],
        newer="",
        older=str(things[SIZE - 1][1]) if len(things) > SIZE else "",
    )
