"""Notifications: kinds, preferences, inbox, mail, digest."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Register the handler, the sender, the teller, the collector and the jobs."""
        from community.activity.handlers import register_handler
        from community.activity.telling import register_teller
        from community.core.collectors import register_collector
        from community.notifications.handlers import InboxHandler
        from community.notifications.privacy import NotificationsCollector
        from community.notifications.selectors.choices import hearers
        from community.notifications.senders import NoticeMailSender
        from community.notifications.services.digests import digests_queue, notices_expire
        from community.work.periodic import register_periodic
        from community.work.senders import register_sender

        register_handler(InboxHandler())
        register_sender(NoticeMailSender())
        register_teller(hearers)
        register_collector(NotificationsCollector())
        register_periodic("notifications.digests", 300, digests_queue)
        register_periodic("notifications.expire", 24 * 3600, notices_expire)
