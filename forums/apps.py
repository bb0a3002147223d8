"""Forums."""

from django.apps import AppConfig


class ForumsConfig(AppConfig):
    """What this app registers at start-up."""

    name = "forums"

    def ready(self) -> None:
        """Register activity types."""
        from forums import activities  # noqa: F401
