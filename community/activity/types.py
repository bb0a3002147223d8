"""Activity types: one frozen dataclass each, declared in the app that writes it.

    @activity_type("forums.post_published", subject="forums.post")
    @dataclass(frozen=True, kw_only=True)
    class PostPublished:
        topic_id: int
        number: int

Fields hold ids, enums and numbers only, never names, addresses or text: erasing a member rewrites nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class ActivityType:
    """What the log knows of one type."""

    name: str
    version: int
    subject_kind: str
    payload_class: type
    field_names: frozenset[str] = frozenset()
    is_plain: bool = False
    """No `__post_init__`, no slots: an instance may be filled without calling the class, three times faster."""
    takes_away: bool = False
    """Somebody may no longer see what they could see: no kept copy of a page outlives it."""


registry: dict[str, ActivityType] = {}
_by_class: dict[type, ActivityType] = {}


def activity_type(
    name: str, *, subject: str, version: int = 1, takes_away: bool = False
) -> Callable[[type[T]], type[T]]:
    """Declare the decorated frozen dataclass as the payload of the activity type `name`."""

    def declare(payload_class: type[T]) -> type[T]:
        names = frozenset(field.name for field in fields(payload_class))  # type: ignore[arg-type]
        is_plain = not hasattr(payload_class, "__post_init__") and not hasattr(payload_class, "__slots__")
        declared = ActivityType(name, version, subject, payload_class, names, is_plain, takes_away)
        registry[name] = declared
        _by_class[payload_class] = declared
        return payload_class

    return declare


def type_of(payload: object) -> ActivityType:
    """Return the declared type of a payload. Raises LookupError for an undeclared class."""
    return _by_class[type(payload)]


def load_payload(name: str, data: dict[str, Any]) -> Any:
    """Build the payload of the type `name`, which takes `data` for its own.

    Raises: TypeError on unknown or missing fields; LookupError for an undeclared type.
    """
    declared = registry[name]
    if data.keys() == declared.field_names and declared.is_plain:
        payload: Any = object.__new__(declared.payload_class)
        object.__setattr__(payload, "__dict__", data)  # past the frozen class's own refusal
        return payload
    unknown = data.keys() - declared.field_names
    if unknown:
        raise TypeError(f"{name} does not declare {sorted(unknown)}")
    return declared.payload_class(**data)
