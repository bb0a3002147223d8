"""Wagtail: sites, settings and, later, the knowledge base."""

WAGTAIL_SITE_NAME = "Tertulia"
WAGTAILADMIN_BASE_URL = "http://localhost:8000"
WAGTAIL_ENABLE_UPDATE_CHECK = False  # no request leaves the origin
WAGTAIL_GRAVATAR_PROVIDER_URL = None
