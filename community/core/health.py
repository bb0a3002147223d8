"""`/ready`: whether this process can do its work. (`/live`, whether it answers at all, is the front's.)"""

import logging
import shutil
import tempfile
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.core.cache import cache as shared_cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community.core.redis_away import is_away

logger = logging.getLogger(__name__)

LEAST_FREE_BYTES = 64 * 1024 * 1024
"""With less, pictures, the index and SQLite are about to fail."""


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, tables and disk are there, else 503; says which, and whether the shared cache is."""
    parts = {"database": _database, "tables": _tables, "cache": _cache, "disk": _disk}
    found = {name: _works(name, part) for name, part in parts.items()}
    needed = found.keys() - {"cache"}  # pages do without it
    return JsonResponse(found, status=200 if all(found[name] for name in needed) else 503)


def _works(name: str, part: Callable[[], bool]) -> bool:
    try:
        return part()
    except Exception as error:  # noqa: BLE001 whatever is wrong, the answer is "not ready"
        logger.warning("not ready: %s (%s)", name, type(error).__name__)
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _tables() -> bool:
    if _migrated():
        return True
    _migrated.cache_clear()  # asked again next time, until somebody migrated
    return False


@cache
def _migrated() -> bool:
    """Return whether no migration is missing; a yes holds for the life of the process."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _cache() -> bool:
    shared_cache.set("ready", "yes", 10)
    return shared_cache.get("ready") == "yes" and not is_away()


def _disk() -> bool:
    """Return whether our folder takes files and has room."""
    with tempfile.TemporaryFile(dir=settings.VAR_DIR) as probe:
        probe.write(b"ready")
    return shutil.disk_usage(settings.VAR_DIR).free >= LEAST_FREE_BYTES
