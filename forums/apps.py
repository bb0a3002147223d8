"""Forums."""

from django.apps import AppConfig


class ForumsConfig(AppConfig):
    """What this app registers at start-up."""

    name = "forums"
