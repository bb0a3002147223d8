"""Search: one document per findable thing, backends behind one port."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """What this app registers at start-up."""

    name = "search"
