"""Search: one document per findable thing, backends behind one port."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """What this app registers at start-up."""

    name = "search"

    def ready(self) -> None:
        """Register the handler, the sender, checks and jobs."""
        from community.activity.handlers import register_handler
        from community.core.permissions import register_check
        from community.work.periodic import register_periodic
        from community.work.senders import register_sender
        from search.handlers import SearchHandler
        from search.indexing import index_check, index_check_when_fresh
        from search.permissions import synonyms_change_check
        from search.senders import SearchSender

        register_check("search.synonyms_change", synonyms_change_check)
        register_handler(SearchHandler())
        register_sender(SearchSender())
        register_periodic("search.fill", 60, index_check_when_fresh, lease_s=3600)
        register_periodic("search.check", 86_400, index_check, lease_s=3600)
