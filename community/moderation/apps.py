"""Moderation: screening, flags, one review queue, sanctions, staff log."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.moderation"
    label = "moderation"

    def ready(self) -> None:
        """Register the desk, the handler, subjects, checks, the collector and the jobs."""
        from community.activity.addresses import register_named
        from community.activity.handlers import register_handler
        from community.activity.screening import register_desk
        from community.activity.subjects import register_subject
        from community.core.collectors import register_collector
        from community.core.permissions import register_check
        from community.moderation import activities, permissions, services  # noqa: F401 declares the types
        from community.moderation.handlers import QueueHandler
        from community.moderation.naming import thing_named
        from community.moderation.privacy import ModerationCollector
        from community.moderation.subjects import DecisionSubject, FlagSubject, HeldChangeSubject, ReviewSubject
        from community.work.periodic import register_periodic

        register_named("moderation", thing_named)
        register_desk(services.ScreeningDesk())
        register_handler(QueueHandler())
        for subject in (DecisionSubject(), FlagSubject(), ReviewSubject(), HeldChangeSubject()):
            register_subject(subject)
        register_check("moderation.moderate", permissions.moderate_check)
        register_check("moderation.flag_create", permissions.flag_create_check)
        register_collector(ModerationCollector())
        register_periodic("moderation.outcomes_tell", 15, services.outcomes_tell)
        register_periodic("moderation.suspensions_end", 60, services.suspensions_end)
        register_periodic("moderation.traces_expire", 24 * 3600, services.traces_expire)
