"""Live."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.live"
    label = "live"
