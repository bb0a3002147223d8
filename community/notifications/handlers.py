"""Reader of the log that fills inboxes and has mails gathered."""

from collections.abc import Sequence

from community.activity.handlers import ActivityView, Handler
from community.notifications.kinds import types_heard
from community.notifications.services.writing import RECHECKED, notices_recheck, notices_write


class InboxHandler(Handler):
    """Tells members what concerns them, and takes back what is no longer true."""

    name = "notifications.inbox"
    types = tuple(sorted({*types_heard(), *RECHECKED}))
    skip_origins = ("import", "seed")

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Write notices and waiting mails. Idempotent: yes. Queries: constant."""
        notices_write(batch)
        notices_recheck(batch)
