"""Three-way merge of one field, and who owns which field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crm_sync.connectors.base import Value

Owner = Literal["ours", "crm", "newest", "manual"]
Decision = Literal["nothing", "take", "repair", "manual"]

OWNERS: dict[str, Owner] = {
    "contact.name": "ours",
    "contact.email": "ours",
    "case.case_state": "crm",
    "case.case_reference": "crm",
}
"""Who wins when a field changed on the CRM's side. A connection's option `owners` may say otherwise."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field as all three see it."""

    base: Value
    """What both sides last agreed on; None: they never did."""
    theirs: Value
    ours_changed_at: datetime | None
    """When ours changed since, None if it did not."""
    theirs_changed_at: datetime


def owner_of(kind: str, field: str, options: Mapping[str, object]) -> Owner:
    """Return who owns `field` of `kind` in a connection with these options."""
    chosen = options.get("owners")
    named = f"{kind}.{field}"
    if isinstance(chosen, Mapping) and chosen.get(named) in ("ours", "crm", "newest", "manual"):
        return chosen[named]  # type: ignore[no-any-return]
    return OWNERS.get(named, "ours")


def merge(field: Field, owner: Owner) -> Decision:
    """Decide about a field whose owner is `owner`: nothing to do, take theirs, send ours again, or ask a person."""
    if field.theirs == field.base:
        return "nothing"
    if owner == "crm":
        return "take"
    if field.base is None:
        return "nothing"  # never agreed on: our first push will say
    if owner == "ours":
        return "repair"
    if owner == "manual":
        return "manual"
    if field.ours_changed_at is None or field.theirs_changed_at > field.ours_changed_at:
        return "take"
    return "repair"
