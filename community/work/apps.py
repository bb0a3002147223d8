"""Work."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.work"
    label = "work"
