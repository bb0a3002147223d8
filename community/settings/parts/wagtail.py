"""Wagtail: sites, settings and, later, the knowledge base."""

WAGTAIL_SITE_NAME = "Tertulia"
WAGTAIL_ENABLE_UPDATE_CHECK = False  # no request leaves the origin
WAGTAIL_GRAVATAR_PROVIDER_URL = None
