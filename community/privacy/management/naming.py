"""Finding the member a command is about."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError


def member_named(handle: str) -> Any:
    """Return the member with this handle, `@` or not. Raises: CommandError that says what to do."""
    name = handle.removeprefix("@").lower()
    member = get_user_model().objects.filter(handle=name).first()
    if member is None:
        raise CommandError(
            f"Nobody here has the handle {name!r}. It is what stands in the profile's address: /m/<handle>/"
        )
    if member.state == "erased":
        raise CommandError(f"{name} was erased before; nothing is left.")
    return member
