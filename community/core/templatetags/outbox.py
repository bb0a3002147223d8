"""`{% outbox_url as outbox %}`: where mails show in development."""

from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()


@register.simple_tag
def outbox_url() -> str:
    """Return the address of the visible outbox; empty where mails are really sent."""
    return reverse("outbox") if settings.OUTBOX_PAGE else ""
