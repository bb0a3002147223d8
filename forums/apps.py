"""Forums."""

from django.apps import AppConfig


class ForumsConfig(AppConfig):
    """What this app registers at start-up."""

    name = "forums"

    def ready(self) -> None:
        """Register activity types, subjects, checks, figures and jobs."""
        from community.activity.addresses import register_named
        from community.activity.handlers import register_handler
        from community.activity.subjects import register_subject
        from community.api.registry import register_operations
        from community.core.collectors import register_collector
        from community.core.permissions import register_check
        from community.members.contributions import register_contributions
        from forums import activities  # noqa: F401
        from forums.contributions import contributions
        from forums.handlers import AnsweredDraftHandler
        from forums.jobs import register_jobs
        from forums.permissions import CHECKS
        from forums.privacy import ForumsCollector
        from forums.subjects import CategorySubject, PostSubject, TopicSubject

        for subject in (CategorySubject(), TopicSubject(), PostSubject()):
            register_subject(subject)
        register_named("forums", lambda named: ("forums.post", named["post_id"]) if "post_id" in named else None)
        for name, check in CHECKS.items():
            register_check(name, check)
        register_handler(AnsweredDraftHandler())
        register_collector(ForumsCollector())
        register_contributions("forums", contributions)
        register_operations("forums.api.router")
        register_jobs()
