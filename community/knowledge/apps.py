"""Knowledge base."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.knowledge"

    def ready(self) -> None:
        """Register activity types, subjects, checks, the collector and jobs."""
        from community.activity.subjects import register_subject
        from community.api.registry import register_operations
        from community.core.collectors import register_collector
        from community.core.permissions import register_check
        from community.knowledge import activities  # noqa: F401
        from community.knowledge.jobs import register_jobs
        from community.knowledge.permissions import CHECKS
        from community.knowledge.privacy import KnowledgeCollector
        from community.knowledge.subjects import ArticleSubject, BlogPostSubject, SectionSubject

        for subject in (SectionSubject(), ArticleSubject(), BlogPostSubject()):
            register_subject(subject)
        for name, check in CHECKS.items():
            register_check(name, check)
        register_collector(KnowledgeCollector())
        register_operations("community.knowledge.api.router")
        register_jobs()
