"""Live."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.live"
    label = "live"

    def ready(self) -> None:
        """Register the handlers, and the way hints take to the sockets."""
        from community.activity.handlers import register_handler
        from community.live.handlers import MembersHandler, PagesHandler
        from community.live.sending import send_hints
        from community.work.hints import add_listener

        register_handler(PagesHandler())
        register_handler(MembersHandler())
        add_listener(send_hints)
