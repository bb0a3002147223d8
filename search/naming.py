"""Which thing an address of search names."""

from collections.abc import Mapping
from typing import Any


def thing_named(arguments: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return kind and id of `forums.topic:7`; None where an address names no thing."""
    kind, _colon, number = str(arguments.get("thing", "")).partition(":")
    return (kind, int(number)) if number.isascii() and number.isdigit() and len(number) <= 18 else None
