"""Ideas: boards, votes, comments, statuses."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IdeasConfig(AppConfig):
    """What this app registers at start-up."""

    name = "ideas"

    def ready(self) -> None:
        """Register activity types, subjects, checks, the collector, jobs and the triggers of the ledger."""
        from community.activity.subjects import register_subject
        from community.api.registry import register_operations
        from community.core.collectors import register_collector
        from community.core.permissions import register_check
        from ideas import activities, triggers  # noqa: F401 declares the types
        from ideas.jobs import register_jobs
        from ideas.permissions import CHECKS
        from ideas.privacy import IdeasCollector
        from ideas.subjects import BoardSubject, CommentSubject, IdeaSubject

        for subject in (BoardSubject(), IdeaSubject(), CommentSubject()):
            register_subject(subject)
        for name, check in CHECKS.items():
            register_check(name, check)
        register_collector(IdeasCollector())
        register_operations("ideas.api.router")
        register_jobs()
        post_migrate.connect(triggers.create_triggers, sender=self)
