"""Tags of members' pages: `{% load members %}`."""

from typing import Any

from django import forms, template
from django.utils.translation import gettext as _

from community.members.inviting import sign_in_rules

register = template.Library()

# The first that fits, in this order: browsers also name those they descend from.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@register.simple_tag(takes_context=True)
def mailed_codes(context: dict[str, Any]) -> bool:
    """Tell whether this site signs people in by mailed codes. Queries: 1."""
    return sign_in_rules(getattr(context["request"], "site", None) or None).mailed_codes


@register.filter
def plain(form: forms.BaseForm) -> forms.BaseForm:
    """Take the placeholders out of a form: they repeat the labels, and vanish when one needs them."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form


@register.filter
def browser(user_agent: str) -> str:
    """Return "Firefox on Linux" of what a browser says about itself; its first words when it is none we know."""
    name = next((shown for token, shown in _BROWSERS if f"{token}/" in user_agent), "")
    system = next((shown for token, shown in _SYSTEMS if token in user_agent), "")
    if name and system:
        return _("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return name or system or user_agent[:40]
