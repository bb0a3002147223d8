"""Branding."""

from django.apps import AppConfig


class BrandingConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.branding"
    label = "branding"

    def ready(self) -> None:
        """Register the check."""
        from community.branding.permissions import brand_change_check
        from community.core.permissions import register_check

        register_check("branding.brand_change", brand_change_check)
