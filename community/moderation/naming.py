"""Which thing an address of moderation names."""

from collections.abc import Mapping
from typing import Any


def thing_named(arguments: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return kind and id of what is reported, or of the review; None where an address names neither."""
    if "subject_id" in arguments:
        return arguments["kind"], arguments["subject_id"]
    return ("moderation.review", arguments["review_id"]) if "review_id" in arguments else None
