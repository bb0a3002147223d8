"""What cures a refusal of Tryton's, one sentence a key; the error table and the connector name them by key."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HINTS: Mapping[str, Promise] = {
    "code_taken": _("Another party holds this code. Open both and keep one."),
    "deleted": _("The record was deleted in Tryton. Retry to make a new one, or discard."),
    "closed": _("Tryton has closed this field; a colleague there has taken the record over."),
    "rights": _("Give the login of this connection the groups Sales and Sale Opportunity and the company in Tryton."),
    "characters": _("The text holds a tab or a line break. Correct it in the community, then retry."),
    "too_long": _("Shorten it in the community, then retry."),
    "required": _("Fill it in in the community, then retry."),
    "refused_value": _("Tryton does not take this value. Correct it in the community, then retry."),
    "login": _("Tryton refuses the login. Enter user and password again."),
    "groups": _("Tryton refuses the login of this connection. Check its groups."),
    "database": _("There is no such database. The address ends with its name: https://tryton.example.com/crm"),
    "too_large": _("The record is too large for the server."),
    "deactivated": _("Activate it there and retry, or discard."),
    "address": _("Check the address of the connection."),
    "test": _("Test the connection: it says what is missing."),
}
