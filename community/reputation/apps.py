"""Reputation."""

from django.apps import AppConfig


class ReputationConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.reputation"
    label = "reputation"
