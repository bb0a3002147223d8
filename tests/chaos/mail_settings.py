"""As tests, but mails really leave."""

from community.settings.environment import env_email
from community.settings.test import *  # noqa: F403

globals().update(env_email())
