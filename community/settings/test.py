"""Tests: cheap hashing, mail in memory, plain names of static files; databases as `tests/databases.py` says."""

import os

os.environ.setdefault("SECRET_KEY", "tests-only")
os.environ.setdefault("CREDENTIALS_KEYS", "test:dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=")

if os.environ.get("REDIS_URL"):  # each test process has a numbered database of its own and may empty it
    _own = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rstrip('/').rsplit('/', 1)[0]}/{int(_own) % 16}"

from community.settings.base import *  # noqa: E402,F403

MEDIA_ROOT = VAR_DIR / "test" / "media"  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STAFF_MFA_REQUIRED = False  # tests of it turn it on
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
WORKER_EMBEDDED = False
SEARCH_DIR = VAR_DIR / "test" / f"search-{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"  # noqa: F405
