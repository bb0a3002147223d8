"""Mail: a visible outbox until EMAIL_URL names a server."""

from community.settings.environment import env, env_email

DEFAULT_FROM_EMAIL = env("EMAIL_FROM", "Tertulia <community@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_SUBJECT_PREFIX = ""
OUTBOX_PAGE = False  # never in production: mails hold codes
_server = env_email()
if _server:
    globals().update(_server)
else:
    EMAIL_BACKEND = "community.core.outbox.EmailBackend"
