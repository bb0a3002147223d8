"""How search is, for the command, the staff pages and their banner."""

from dataclasses import asdict
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Min, Q
from django.utils import timezone

from search.backends import backend
from search.models import SearchDirty

TROUBLE_CACHE_S = 10


def engine_trouble() -> str:
    """Return why search does not answer, for the banner staff see; "" while it does. Queries: 0.

    Asked at most once in ten seconds, whoever asks.
    """

    def ask() -> str:
        status = backend().status()
        return "" if status.available else status.note or status.engine

    return str(cache.get_or_set("search:trouble", ask, TROUBLE_CACHE_S))


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
