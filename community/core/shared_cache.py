"""The cache several processes share, in Redis; while that is away, each process has its own memory instead.

Every page reads the brand there and every form counts a limit. What an entry in Redis says when it is back, be it
outdated, ends with the entry: the longest stay for an hour.
"""

from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from community.core.redis_away import TIMEOUT_S, is_away, noted_away


class SharedCache(RedisCache):  # type: ignore[misc]  # Django's is untyped
    """Redis; the memory of this process while that is away. Limits are counted per process then."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        timeouts = {"socket_timeout": TIMEOUT_S, "socket_connect_timeout": TIMEOUT_S}
        super().__init__(server, {**params, "OPTIONS": timeouts})
        self._own = LocMemCache("while-redis-is-away", {"OPTIONS": {"MAX_ENTRIES": 5000}})


def _either(name: str) -> Any:
    asked, own = getattr(RedisCache, name), getattr(LocMemCache, name)

    def answer(self: SharedCache, *args: Any, **kwargs: Any) -> Any:
        if not is_away():
            try:
                return asked(self, *args, **kwargs)
            except RedisError as error:
                noted_away(error)
        return own(self._own, *args, **kwargs)

    return answer


for _name in ("add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many", "delete_many"):
    setattr(SharedCache, _name, _either(_name))
