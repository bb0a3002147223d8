"""Start-up checks: a handler or type that names what nobody declares would fail in silence, later."""

import enum
import types
import typing
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from django.core.checks import CheckMessage, Error

from community.activity.handlers import handlers
from community.activity.subjects import subjects
from community.activity.types import ActivityType, registry

_PLAIN = (int, float, bool, str, type(None))


def check_activity(**kwargs: Any) -> list[CheckMessage]:
    """Compare handlers, types and subjects."""
    return [*_handlers(), *_subject_kinds(), *_payloads()]


def _handlers() -> Iterable[CheckMessage]:
    for handler in handlers.values():
        for name in handler.types:
            if name not in registry:
                yield Error(
                    f"the handler {handler.name} wants {name}, which no app declares",
                    hint="Declare it with @activity_type in the app's activities.py and import that in its apps.py.",
                    obj=type(handler),
                    id="activity.E001",
                )
        if handler.lane not in ("subject", "actor"):
            yield Error(
                f"the lane of {handler.name} is neither subject nor actor", obj=type(handler), id="activity.E004"
            )


def _subject_kinds() -> Iterable[CheckMessage]:
    for declared in registry.values():
        if declared.subject_kind not in subjects:
            yield Error(
                f"{declared.name} is about {declared.subject_kind}, for which there is no Subject",
                hint="Write one in the owning app's subjects.py and register it in its apps.py.",
                obj=declared.payload_class,
                id="activity.E002",
            )


def _payloads() -> Iterable[CheckMessage]:
    for declared in registry.values():
        for name in _unfit_fields(declared):
            yield Error(
                f"{declared.name}.{name} is no id, enum or number",
                hint="Payloads hold no text or structures: erasing a member must not mean rewriting the log.",
                obj=declared.payload_class,
                id="activity.E003",
            )


def _unfit_fields(declared: ActivityType) -> list[str]:
    if not is_dataclass(declared.payload_class):
        return ["(it is no dataclass)"]
    hints = typing.get_type_hints(declared.payload_class)
    return [field.name for field in fields(declared.payload_class) if not _is_plain(hints[field.name])]


def _is_plain(hint: Any) -> bool:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return all(_is_plain(part) for part in typing.get_args(hint))
    if origin is typing.Literal:
        return True
    if origin in (tuple, list):
        return all(_is_plain(part) for part in typing.get_args(hint) if part is not ...)
    return hint in _PLAIN or (isinstance(hint, type) and issubclass(hint, enum.Enum))
