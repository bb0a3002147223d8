"""Portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.portal"
    label = "portal"
