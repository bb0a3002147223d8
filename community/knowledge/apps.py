"""Knowledge base."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.knowledge"

    def ready(self) -> None:
        """Register activity types, subjects and jobs."""
        from community.activity.subjects import register_subject
        from community.knowledge import activities  # noqa: F401
        from community.knowledge.jobs import register_jobs
        from community.knowledge.subjects import ArticleSubject, BlogPostSubject, SectionSubject

        for subject in (SectionSubject(), ArticleSubject(), BlogPostSubject()):
            register_subject(subject)
        register_jobs()
