"""The public API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.api"
    label = "api"

    def ready(self) -> None:
        """Register the members' own operations, checks, the collector and the job."""
        from community.api.permissions import tokens_manage_check
        from community.api.privacy import ApiCollector
        from community.api.registry import register_operations
        from community.api.services import api_tidy
        from community.core.collectors import register_collector
        from community.core.permissions import register_check
        from community.work.periodic import register_periodic

        register_operations("community.api.members.router")
        register_check("api.tokens_manage", tokens_manage_check)
        register_collector(ApiCollector())
        register_periodic("api.tidy", 3600, api_tidy)
