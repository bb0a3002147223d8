"""The embedded default of `make run`: its own secrets, mail shown on a page; DEBUG=1 adds Django's debug pages."""

from community.settings.environment import env_bool, read_files, var_dir
from community.settings.generated import make_secrets

make_secrets(var_dir() / "secrets.env")
read_files()

from community.settings.base import *  # noqa: E402,F403

DEBUG = env_bool("DEBUG")
STAFF_MFA_REQUIRED = env_bool("STAFF_MFA_REQUIRED")
OUTBOX_PAGE = EMAIL_BACKEND == "community.core.outbox.EmailBackend"  # noqa: F405
EXIT_WITH_PARENT = True
if DEBUG:
    CACHES["fragments"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}  # noqa: F405 a template may change
    STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
