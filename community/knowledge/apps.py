"""Knowledge base."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.knowledge"
