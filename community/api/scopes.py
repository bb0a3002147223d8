"""What a token may be good for."""

from django.utils.translation import gettext_lazy as _

SCOPES = {
    "topics:read": _("Read topics and posts"),
    "topics:write": _("Write topics and posts, mark them"),
    "ideas:read": _("Read ideas"),
    "ideas:write": _("Write ideas and vote"),
    "articles:read": _("Read articles"),
    "search:read": _("Search"),
    "members:self": _("Read and change the own profile"),
}
"""By name, in the order they are shown."""
