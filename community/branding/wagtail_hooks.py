"""The CMS's settings menu leads to the one place where a brand is edited."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from community.core.permissions import allowed


class BrandMenuItem(MenuItem):
    """Shown to whoever may change the brand."""

    def is_shown(self, request: HttpRequest) -> bool:
        return allowed("branding.brand_change", request.user)


@hooks.register("register_settings_menu_item")
def brand_menu_item() -> Any:
    """Add the brand page to the settings."""
    return BrandMenuItem(_("Brand"), reverse_lazy("branding:brand"), icon_name="palette", order=100)
