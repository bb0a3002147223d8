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


registry: dict[str, ActivityType] = {}
_by_class: dict[type, ActivityType] = {}


def activity_type(name: str, *, subject: str, version: int = 1) -> Callable[[type[T]], type[T]]:
    """Declare the decorated frozen dataclass as the payload of the activity type `name`."""

    def declare(payload_class: type[T]) -> type[T]:
        declared = ActivityType(name, version, subject, payload_class)
        registry[name] = declared
        _by_class[payload_class] = declared
        return payload_class

    return declare


def type_of(payload: object) -> ActivityType:
    """Return the declared type of a payload. Raises LookupError for an undeclared class."""
    return _by_class[type(payload)]


def load_payload(name: str, data: dict[str, Any]) -> Any:
    """Build the payload dataclass of the type `name`. Raises TypeError on unknown or missing fields."""
    payload_class = registry[name].payload_class
    known = {field.name for field in fields(payload_class)}
    unknown = data.keys() - known
    if unknown:
        raise TypeError(f"{name} does not declare {sorted(unknown)}")
    return payload_class(**data)
