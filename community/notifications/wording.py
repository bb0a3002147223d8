"""Notices in words: the same sentence for a page and for a mail."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from community.members.models import Member
from community.notifications.kinds.base import Kind


def sentence_html(kind: Kind, detail: str, actor: Member | None) -> SafeString:
    """Return what happened, the name in bold."""
    name = format_html('<b dir="auto">{}</b>', _name(actor))
    return format_html(str(kind.sentence(detail)), name=name, detail=detail)


def sentence_text(kind: Kind, detail: str, actor: Member | None) -> str:
    """Return what happened, as plain text."""
    return str(kind.sentence(detail)).format(name=_name(actor), detail=detail)


def _name(actor: Member | None) -> str:
    return actor.display_name if actor else _("Somebody")
