"""The one lock: what the log is told of pages, it is told by one at a time."""

from wagtail.models import Page


def telling_lock() -> None:
    """Lock the root of Wagtail's tree until the transaction ends. Queries: 1.

    PostgreSQL locks the row; SQLite needs none: transactions begin IMMEDIATE, one writer at a time.
    """
    Page.objects.select_for_update().filter(depth=1).values_list("pk", flat=True).first()
