"""Handles: the unique name in `/m/<handle>/` and `@handle`. Lower-case ASCII, so that two never look alike."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from community.core.errors import Invalid

MIN_LENGTH = 3
MAX_LENGTH = 40
ERASED_PREFIX = "erased-"
_SHAPE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SEPARATORS = re.compile(r"[^a-z0-9]+")

_RESERVED_TEXT = """
about accounts admin administrator administrators all anonymous api ask billing bot channel cms community
contact deleted erased everyone feed feedback forum forums group guest help here home ideas info legal login
logout mail media member members mod moderation moderator moderators news nobody noreply no-reply null
official owner press privacy root security settings signup staff static status support system team tertulia
undefined webmaster
"""
RESERVED = frozenset(_RESERVED_TEXT.split())

# Pairs that most fonts draw alike, within the letters a handle may have (Unicode TR 39, reduced to ASCII).
_ALIKE = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"))


def handle_skeleton(handle: str) -> str:
    """Return what `handle` looks like: two handles with one skeleton are not both allowed."""
    for seen, looks_like in _ALIKE:
        handle = handle.replace(seen, looks_like)
    return handle


_RESERVED_SKELETONS = frozenset(handle_skeleton(word) for word in RESERVED)


def _is_reserved(handle: str) -> bool:
    return handle_skeleton(handle) in _RESERVED_SKELETONS or handle.startswith(ERASED_PREFIX)


def handle_shape_check(handle: str) -> None:
    """Raise Invalid unless `handle` is well formed and not reserved. Queries: 0."""
    if not MIN_LENGTH <= len(handle) <= MAX_LENGTH:
        raise Invalid(_("A handle has 3 to 40 characters."), field="handle")
    if not _SHAPE.fullmatch(handle):
        raise Invalid(_("Use small letters a to z, digits, and single hyphens between them."), field="handle")
    if _is_reserved(handle):
        raise Invalid(_("This handle is reserved. Choose another one."), field="handle")


def handle_from(name: str) -> str:
    """Return a well-formed handle made of `name`; `person` when nothing of it can be written in ASCII."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    handle = _SEPARATORS.sub("-", plain).strip("-")[: MAX_LENGTH - 7].strip("-")
    if len(handle) < MIN_LENGTH:
        handle = f"{handle}-person" if handle else "person"
    if _is_reserved(handle):
        handle = f"m-{handle}"
    return handle


def erased_handle(member_id: int) -> str:
    """Return what an erased member is called; nobody can choose such a handle."""
    return f"{ERASED_PREFIX}{member_id}"
