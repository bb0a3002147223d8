"""What the worker does for ideas by the clock."""

from community.work.periodic import register_periodic
from ideas.services import votes_repair

HOUR_S = 3_600


def register_jobs() -> None:
    """Register the jobs; each is safe to repeat."""
    register_periodic("ideas.votes_repair", 24 * HOUR_S, votes_repair)
