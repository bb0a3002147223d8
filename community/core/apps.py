"""Core."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.core"
    label = "core"
