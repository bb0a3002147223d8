"""Privacy."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.privacy"
    label = "privacy"
