"""Development: debug pages, mail shown on a page."""

from community.settings.base import *  # noqa: F403

DEBUG = True
SECRET_KEY = SECRET_KEY or "development-only"  # noqa: F405
VAR_DIR.mkdir(parents=True, exist_ok=True)  # noqa: F405
