"""How search is, for the command, the staff pages and their banner."""

from dataclasses import asdict
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from search.backends import backend
from search.models import SearchDirty


def search_status() -> dict[str, Any]:
    """Return the engine's status and what waits to be written, ready for JSON. Queries: 1. Never raises Unavailable."""
    waiting = SearchDirty.objects.aggregate(
        waiting=Count("pk", filter=Q(state="waiting")),
        dead=Count("pk", filter=Q(state="dead")),
        since=Min("created_at"),
    )
    since = waiting.pop("since")
    age = (timezone.now() - since).total_seconds() if since else 0.0
    return {**asdict(backend().status()), **waiting, "oldest_waiting_s": round(age, 1)}
