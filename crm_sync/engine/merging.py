"""Three-way merge of one field, and who owns which field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crm_sync.connectors.base import CONTACT, Value
from crm_sync.models import Link

Owner = Literal["ours", "crm", "newest", "manual", "each"]
"""`each`: either side keeps its own, nothing goes and nothing comes."""
Decision = Literal["nothing", "take", "repair", "manual"]

OWNERS: dict[str, Owner] = {
    "contact.name": "ours",
    "contact.email": "ours",
    "case.case_state": "crm",
    "case.case_reference": "crm",
}
"""Who wins when a field changed on the CRM's side. A connection's option `owners` may say otherwise."""


FIXED = frozenset({"contact.email"})
"""Owners no option changes: with the address a member signs in."""
KEPT = frozenset({"name", "email", "language"})
"""What a record that was the CRM's before it was ours goes on saying of the person."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field as all three see it."""

    base: Value
    """What both sides last agreed on; None: they never did."""
    theirs: Value
    ours_changed_at: datetime | None
    """When ours changed since, None if it did not."""
    theirs_changed_at: datetime


def owner_of(kind: str, field: str, options: Mapping[str, object], *, adopted: bool = False) -> Owner:
    """Return who owns `field` of `kind` in a connection with these options.

    Args:
        adopted: the record was the CRM's before it was ours; then its name and address are never written, and come to
            us only where the option says that they are the CRM's.
    """
    chosen = options.get("owners")
    named = f"{kind}.{field}"
    owner = OWNERS.get(named, "ours")
    if named not in FIXED and isinstance(chosen, Mapping) and chosen.get(named) in ("ours", "crm", "newest", "manual"):
        owner = chosen[named]
    if adopted and field in KEPT and owner != "crm":
        return "each"
    return owner


def fields_left(link: Link, options: Mapping[str, object]) -> frozenset[str]:
    """Return the fields of a record that we do not write: the CRM's own, once the record is there."""
    if link.kind != CONTACT:
        return frozenset()
    if link.adopted:
        return KEPT
    is_theirs = link.remote_id is not None and owner_of(CONTACT, "name", options) == "crm"
    return frozenset({"name"}) if is_theirs else frozenset()


def merge(field: Field, owner: Owner) -> Decision:
    """Decide about a field whose owner is `owner`: nothing to do, take theirs, send ours again, or ask a person."""
    if field.theirs == field.base or owner == "each":
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
