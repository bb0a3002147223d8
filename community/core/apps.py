"""Core."""

from django.apps import AppConfig

from community.core.context_locals import locals_install


class CoreConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.core"
    label = "core"

    def ready(self) -> None:
        """Read language and zone without a lock."""
        locals_install()
