"""Members."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.members"
    label = "members"
