"""Production: nothing is taken for granted, and nothing unsafe is allowed."""

from community.settings.base import *  # noqa: F403
