"""CrmSync."""

from django.apps import AppConfig


class CrmSyncConfig(AppConfig):
    """What this app registers at start-up."""

    name = "crm_sync"
