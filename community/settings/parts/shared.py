"""What several processes share: cache, sockets' layer, Celery's broker. In memory until REDIS_URL is set."""

from typing import Any
from urllib.parse import urlsplit

from community.settings.environment import env_bool, env_redis_url

REDIS_URL = env_redis_url()

CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
    "fragments": {  # community/core/fragments.py: beside what limits count, which many of them would push out
        "BACKEND": "community.core.text_cache.TextCache",
        "LOCATION": "fragments",
        "OPTIONS": {"MAX_ENTRIES": 3000},
    },
}
if not env_bool("FRAGMENTS", default=True):
    CACHES["fragments"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
if REDIS_URL:
    CACHES["default"] = {"BACKEND": "community.core.shared_cache.SharedCache", "LOCATION": REDIS_URL}
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            # what is published in one database of a Redis is heard in all of them
            "CONFIG": {"hosts": [REDIS_URL], "prefix": f"sockets-{urlsplit(REDIS_URL).path.strip('/') or 0}"},
        }
    }
else:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels.layers.InMemoryChannelLayer",
            # one reader a process, which stays as long as the process: it must neither overflow nor be forgotten
            "CONFIG": {"capacity": 1000, "group_expiry": 10 * 365 * 86400},
        }
    }

# Celery is only the doorbell and the clock (docs/architecture.md): nothing is kept in its messages or results.
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 2, "socket_connect_timeout": 2}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
