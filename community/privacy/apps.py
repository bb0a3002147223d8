"""Privacy."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.privacy"
    label = "privacy"

    def ready(self) -> None:
        """Register the collector and the job, declare the activity types."""
        from community.core.collectors import register_collector
        from community.privacy import activities  # noqa: F401 declares the types
        from community.privacy.privacy import PrivacyCollector
        from community.privacy.visitors import salts_forget
        from community.work.periodic import register_periodic

        register_collector(PrivacyCollector())
        register_periodic("privacy.salts_forget", 3600, salts_forget)
