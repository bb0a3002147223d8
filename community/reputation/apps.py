"""Reputation: rules, an append-only ledger, levels."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _defaults_after_migrate(sender: Any, **kwargs: Any) -> None:
    from community.reputation.services import defaults_ensure

    defaults_ensure()


class ReputationConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.reputation"
    label = "reputation"

    def ready(self) -> None:
        """Register the handler, the collector, what others may count, and the rows we ship."""
        from community.activity.handlers import register_handler
        from community.core.collectors import register_collector
        from community.members.contributions import register_contributions
        from community.reputation import activities  # noqa: F401 declares the types
        from community.reputation.handlers import PointsHandler
        from community.reputation.privacy import ReputationCollector
        from community.reputation.selectors import contributions_of_reputation, members_moved
        from community.reputation.services import totals_repair
        from community.work.periodic import register_periodic

        register_handler(PointsHandler())
        register_periodic("reputation.totals_repair", 24 * 3600, totals_repair)
        register_collector(ReputationCollector())
        register_contributions("reputation", contributions_of_reputation, moved=members_moved)
        post_migrate.connect(_defaults_after_migrate, sender=self)
