"""Sample pages in a brand that is not saved: our own components with invented content."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from community.branding.models import BrandSettings
from community.branding.selectors import brand_made

PREVIEWED = {
    "home": "branding/preview/home.html",
    "topic": "branding/preview/topic.html",
    "mail": "mail/notice.html",
}
"""Page of the preview -> template."""


def preview_context(page: str, tried: BrandSettings, *, sheet_url: str) -> dict[str, Any]:
    """Return what the sample page is rendered with. Queries: 0."""
    context: dict[str, Any] = {"brand": brand_made(tried), "sheet_url": sheet_url}
    return context | _mail() if page == "mail" else context


def _mail() -> dict[str, Any]:
    text = _("Press Mode for five seconds, choose network, and keep the phone beside the unit while it joins.")
    line = {
        "text": _("Noah Brandt answered"),
        "said": text,
        "paragraphs": [text],
        "url": "#",
        "at": timezone.now(),
    }
    title = _("The app does not find the unit after the update")
    return {
        "subject": title,
        "thread": {"title": title, "url": "#", "lines": [line]},
        "reason": _("you asked this question"),
        "stops": "thread",
        "home_url": "#",
        "settings_url": "#",
        "stop_url": "#",
        "none_url": "#",
    }
