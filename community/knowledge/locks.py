"""Row locks: the one place that takes them.

PostgreSQL locks the row; SQLite has no row locks and needs none: transactions begin IMMEDIATE, one writer at a time.
"""

from wagtail.models import Page

from community.knowledge.models import HelpfulCount


def telling_lock() -> None:
    """Lock the root of Wagtail's tree, so that the log is told of pages by one at a time. Queries: 1."""
    Page.objects.select_for_update().filter(depth=1).values_list("pk", flat=True).first()


def helpful_count_lock(article_id: int, revision_id: int) -> HelpfulCount:
    """Lock the figures of one version of an article, made when there are none yet. Queries: 1, the first time 3."""
    version = {"article_id": article_id, "revision_id": revision_id}
    locked = HelpfulCount.objects.select_for_update()
    found: HelpfulCount | None = locked.filter(**version).first()
    if found is None:
        HelpfulCount.objects.bulk_create([HelpfulCount(**version)], ignore_conflicts=True)
        found = locked.get(**version)
    return found
