"""What the worker does for the forums by the clock."""

from community.work.periodic import register_periodic
from forums.services import counters_repair, drafts_expire, recook_posts

HOUR_S = 3_600


def register_jobs() -> None:
    """Register the jobs; each is safe to repeat."""
    register_periodic("forums.recook_posts", 60, recook_posts)
    register_periodic("forums.counters_repair", 12 * HOUR_S, counters_repair)
    register_periodic("forums.drafts_expire", 24 * HOUR_S, drafts_expire)
