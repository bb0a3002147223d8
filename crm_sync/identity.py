"""The external key every remote record carries: `<installation>:<kind>:<id>`."""

from functools import cache

from django.db import transaction
from django.utils.crypto import get_random_string

from crm_sync.models import Installation

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are mistaken for each other


@cache
def installation_key() -> str:
    """Return this installation's twelve characters, made once (by `migrate`) and frozen. Queries: 2, then 0."""
    with transaction.atomic():
        Installation.objects.bulk_create(
            [Installation(pk=1, key=get_random_string(12, _ALPHABET))], ignore_conflicts=True
        )
        return Installation.objects.values_list("key", flat=True).get(pk=1)


def make_installation_key(**_kwargs: object) -> None:
    """Make the key as soon as there is a table for it; a receiver of post_migrate."""
    installation_key.cache_clear()
    installation_key()


def external_key(kind: str, object_id: int) -> str:
    """Return the key of one record of ours."""
    return f"{installation_key()}:{kind}:{object_id}"


def object_of(key: str, kind: str) -> int | None:
    """Return the id in a key of this installation and kind, else None."""
    parts = key.split(":")
    if len(parts) == 3 and parts[0] == installation_key() and parts[1] == kind and parts[2].isdigit():
        return int(parts[2])
    return None
