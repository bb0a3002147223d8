"""What the worker does for search by the clock."""

from community.work.periodic import register_periodic
from search.indexing import index_check, index_check_when_fresh
from search.services_events import abandoned_mark, events_forget

HOUR_S = 3_600


def register_jobs() -> None:
    """Register the jobs; each is safe to repeat."""
    register_periodic("search.fill", 60, index_check_when_fresh, lease_s=HOUR_S)
    register_periodic("search.check", 24 * HOUR_S, index_check, lease_s=HOUR_S)
    register_periodic("search.abandoned_mark", HOUR_S, abandoned_mark)
    register_periodic("search.events_forget", 24 * HOUR_S, events_forget)
