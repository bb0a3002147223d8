"""Production: nothing is taken for granted, and nothing unsafe is allowed."""

from community.settings.base import *  # noqa: F403
from community.settings.environment import BadValueError, env, env_int

if len(SECRET_KEY) < 50:  # noqa: F405
    raise BadValueError("SECRET_KEY", "must be set to at least 50 random characters.")
if not PUBLIC_URL.startswith("https://"):  # noqa: F405
    raise BadValueError("PUBLIC_URL", "must be the https:// address people use.")
if not env("ALLOWED_HOSTS"):
    raise BadValueError("ALLOWED_HOSTS", "must list the names this community answers to.")

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^ready$"]  # asked by the load balancer, inside
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", default=31_536_000, minimum=0, maximum=63_072_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if TRUSTED_PROXIES:  # noqa: F405
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
LANGUAGE_COOKIE_SECURE = True
SILENCED_SYSTEM_CHECKS += ["security.W019"]  # noqa: F405 the CMS frames its own previews; our pages forbid it by frame-ancestors
