"""Activity."""

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.activity"
    label = "activity"

    def ready(self) -> None:
        """Register the trigger and the line that delivers."""
        from django.db.models.signals import post_migrate

        from community.activity import delivery, triggers
        from community.work.loop import register_line

        post_migrate.connect(triggers.create_triggers, sender=self)
        register_line(delivery.line())
