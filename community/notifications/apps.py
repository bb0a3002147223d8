"""Notifications: kinds, watch levels, preferences, inbox, mail, digest."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.notifications"
    label = "notifications"
