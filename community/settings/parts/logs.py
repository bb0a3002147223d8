"""Logs: one line an event on standard error, ids only, never names, addresses or texts."""

from community.settings.environment import env_choice

_LEVEL = env_choice("LOG_LEVEL", default="INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": _LEVEL},
    "loggers": {
        "django": {"handlers": [], "propagate": True, "level": _LEVEL},
        "django.server": {"handlers": [], "propagate": True},
        "wagtail": {"level": "WARNING"},  # its lines hold titles of drafts; the CMS keeps a log of its own
        "django_tasks": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},  # its lines hold whole addresses, and those may hold keys
        "httpcore": {"level": "WARNING"},
        "opensearch": {"level": "CRITICAL"},  # a line for each request; what fails we say ourselves
        "elastic_transport": {"level": "CRITICAL"},
    },
}
