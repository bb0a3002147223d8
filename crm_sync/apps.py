"""The CRM sync: desired state, not messages."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CrmSyncConfig(AppConfig):
    """What this app registers at start-up."""

    name = "crm_sync"

    def ready(self) -> None:
        """Register handlers and senders."""
        from community.activity.handlers import register_handler
        from community.work.senders import register_sender
        from crm_sync.handlers import CrmRecordsHandler, CrmTimelineHandler
        from crm_sync.identity import make_installation_key
        from crm_sync.senders import RecordSender, TimelineSender

        register_handler(CrmRecordsHandler())
        register_handler(CrmTimelineHandler())
        register_sender(RecordSender())
        register_sender(TimelineSender())
        post_migrate.connect(make_installation_key, sender=self)
