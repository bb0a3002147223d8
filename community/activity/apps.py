"""Activity."""

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.activity"
    label = "activity"
