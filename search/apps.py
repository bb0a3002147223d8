"""Search: one document per findable thing, backends behind one port."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    """What this app registers at start-up."""

    name = "search"

    def ready(self) -> None:
        """Register types, handlers, the sender, checks, the collector, jobs and the trigger of the event table."""
        from community.activity.addresses import register_named
        from community.activity.handlers import register_handler
        from community.api.registry import register_operations
        from community.core.collectors import register_collector
        from community.core.likeness import register_likeness
        from community.core.permissions import register_check
        from community.work.senders import register_sender
        from search import activities, triggers  # noqa: F401 declares the types
        from search.handlers import SearchHandler
        from search.handlers_events import SentHandler
        from search.jobs import register_jobs
        from search.naming import thing_named
        from search.permissions import insight_check, synonyms_change_check
        from search.privacy import SearchCollector
        from search.selectors_similar import ids_like
        from search.senders import SearchSender

        register_named("search", thing_named)
        register_check("search.insight", insight_check)
        register_check("search.synonyms_change", synonyms_change_check)
        register_handler(SearchHandler())
        register_handler(SentHandler())
        register_sender(SearchSender())
        register_collector(SearchCollector())
        register_likeness(ids_like)
        register_operations("search.api.router")
        register_jobs()
        post_migrate.connect(triggers.create_triggers, sender=self)
