"""Branding."""

from django.apps import AppConfig


class BrandingConfig(AppConfig):
    """What this app registers at start-up."""

    name = "community.branding"
    label = "branding"
