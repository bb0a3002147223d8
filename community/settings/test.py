"""Tests: cheap hashing, mail in memory, plain names of static files; databases as `tests/databases.py` says."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only")
os.environ.setdefault("CREDENTIALS_KEYS", "test:dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=")

from community.settings.base import *  # noqa: E402,F403

MEDIA_ROOT = VAR_DIR / "test" / "media"  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
WORKER_EMBEDDED = False
