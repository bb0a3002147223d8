"""Activity."""

from django.apps import AppConfig


class ActivityConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.activity"
    label = "activity"

    def ready(self) -> None:
        """Register the trigger, the start-up checks, the permission and the line that delivers."""
        from django.core import checks
        from django.db.models.signals import post_migrate

        from community.activity import delivery, triggers
        from community.activity.checks import check_activity
        from community.activity.permissions import overview_check
        from community.core.permissions import register_check
        from community.work.loop import register_line

        post_migrate.connect(triggers.create_triggers, sender=self)
        for line in delivery.lines():
            register_line(line)
        register_check("activity.overview", overview_check)
        checks.register(check_activity)
