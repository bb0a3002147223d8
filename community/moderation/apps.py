"""Moderation: screening, flags, one review queue, sanctions, staff log."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.moderation"
    label = "moderation"
