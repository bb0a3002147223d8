"""A cache in memory for texts, as they are."""

import time
from collections.abc import Iterable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class TextCache(LocMemCache):
    """Django's cache in memory, which pickles each value and takes its lock for each key; a page asks for thirty."""

    _lock: Any  # of LocMemCache, and unknown to its types
    _cache: Any
    _expire_info: Any
    _set: Any

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """Return what is kept, by key."""
        now = time.time()
        with self._lock:
            fresh = [key for key in keys if self._expire_info.get(key, 0) > now]
            for key in fresh:
                self._cache.move_to_end(key, last=False)
            return {key: self._cache[key] for key in fresh}

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep `value`, which nobody changes."""
        with self._lock:
            self._set(key, value, timeout)
