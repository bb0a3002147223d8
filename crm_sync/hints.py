"""Hints: what cures a failure, kept as a key (`tryton.code_taken`) and said in the reader's language."""

from django.utils.translation import gettext_lazy as _

from crm_sync.connectors import connector_classes

ENGINE = {"credentials": _("Type the credentials in again.")}
"""Hints of the engine itself, under `engine.…`."""


def hint_words(hint: str) -> str:
    """Return the sentence a key stands for; what no key stands for is the sentence itself."""
    kind, _dot, name = hint.partition(".")
    if kind == "engine":
        return str(ENGINE.get(name, hint))
    connector = connector_classes().get(kind)
    return str(connector.hints.get(name, hint)) if connector else hint
