"""What a member has not read: one query for the bell, whatever there is."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from community.core.db.prepared import Prepared
from community.core.showing import Showing
from community.members.models import Member
from community.notifications.models import Notification

LIMIT = 100
"""As far as the bell counts."""


@dataclass(frozen=True)
class UnreadNotice:
    """As much of an unread notice as tells whether a page shows it."""

    names_you: bool
    thread_kind: str
    thread_id: int
    number: int

    def is_before(self, showing: Showing | None) -> bool:
        """Tell whether a page that shows this has the notice's post before the reader."""
        if showing is None or (self.thread_kind, self.thread_id) != (showing.kind, showing.id):
            return False
        return self.number <= showing.number


def _unread(member: int, site: int) -> QuerySet[Notification, Any]:
    rows = Notification.objects.of_site(site).filter(member=member, read_at=None, withdrawn=False, on_site=True)
    return rows.order_by("-names_you").values_list("names_you", "thread_kind", "thread_id", "number")[:LIMIT]


_read_unread = Prepared(_unread, "member", "site")


def unread_of(member: Member, *, site_id: int | None) -> list[UnreadNotice]:
    """Return what is unread on a site: those that name the member first, at most LIMIT. Queries: 1, from an index."""
    return [UnreadNotice(*row) for row in _read_unread(member=member.pk, site=site_id or 0)]


def bell_count(unread: list[UnreadNotice], showing: Showing | None = None) -> int:
    """Return what the bell says: what names the member and is not before them on this very page. Queries: 0."""
    return sum(1 for notice in unread if notice.names_you and not notice.is_before(showing))
