"""What the worker does for the forums by the clock."""

from community.work.periodic import register_periodic
from forums.services import counters_repair, drafts_expire, recook_posts

HOUR_S = 3_600
RECOOK_BATCH = 200
RECOOK_BATCHES = 10
"""Batches a minute: a million posts take a night, and no writer waits longer than for one post."""


def register_jobs() -> None:
    """Register the jobs; each is safe to repeat."""
    register_periodic("forums.recook_posts", 60, recook_some)
    register_periodic("forums.counters_repair", 12 * HOUR_S, counters_repair)
    register_periodic("forums.drafts_expire", 24 * HOUR_S, drafts_expire)


def recook_some() -> int:
    """Cook some posts of an older cooker again; return how many. Idempotent: yes."""
    done = 0
    for _batch in range(RECOOK_BATCHES):
        cooked = recook_posts(limit=RECOOK_BATCH)
        done += cooked
        if cooked < RECOOK_BATCH:
            break
    return done
