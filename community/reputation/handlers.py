"""Reader of the log that keeps the ledger."""

from collections.abc import Sequence

from community.activity.handlers import ActivityView, Handler
from community.reputation.rules import WATCHED_TYPES
from community.reputation.services import ledger_apply


class PointsHandler(Handler):
    """Earns, takes back and gives again, as `rules.py` says."""

    name = "reputation.points"
    types = WATCHED_TYPES
    # What was voted and accepted elsewhere has no voter here, and its authors have not claimed their accounts.
    skip_origins = ("import",)

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Append to the ledger and recount the members concerned. Idempotent: yes. Queries: constant."""
        ledger_apply(batch)
