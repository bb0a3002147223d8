"""The CRM sync: desired state, not messages."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CrmSyncConfig(AppConfig):
    """What this app registers at start-up."""

    name = "crm_sync"

    def ready(self) -> None:
        """Register handlers, senders, periodic jobs, permission checks and the privacy collector."""
        from community.activity.addresses import register_named
        from community.activity.handlers import register_handler
        from community.core.collectors import register_collector
        from community.core.permissions import register_check
        from community.work.periodic import register_periodic
        from community.work.senders import register_sender
        from crm_sync.engine.auditing import connections_audit
        from crm_sync.engine.polling import connections_poll
        from crm_sync.figures import EVERY_S, figures_mark
        from crm_sync.handlers import CrmRecordsHandler, CrmTimelineHandler
        from crm_sync.identity import make_installation_key
        from crm_sync.permissions import sync_manage_check, sync_read_check
        from crm_sync.privacy import CrmSyncCollector
        from crm_sync.purging import old_records_delete
        from crm_sync.senders import RecordSender, TimelineSender
        from crm_sync.services import rules_run

        register_named("crm_sync", lambda named: ("ideas.idea", named["idea_id"]) if "idea_id" in named else None)
        register_check("crm_sync.read", sync_read_check)
        register_check("crm_sync.manage", sync_manage_check)
        register_handler(CrmRecordsHandler())
        register_handler(CrmTimelineHandler())
        register_sender(RecordSender())
        register_sender(TimelineSender())
        register_periodic("crm_sync.poll", 5, connections_poll, lease_s=300)
        register_periodic("crm_sync.rules", 60, rules_run)
        register_periodic("crm_sync.figures", EVERY_S, figures_mark)
        register_periodic("crm_sync.audit", 86_400, connections_audit, lease_s=3600)
        register_periodic("crm_sync.tidy", 3600, old_records_delete)
        register_collector(CrmSyncCollector())
        post_migrate.connect(make_installation_key, sender=self)
