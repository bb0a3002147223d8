"""Telling people what was decided, once it can no longer be undone."""

from community.moderation.services.flags import flags_tell
from community.moderation.services.reviews import authors_tell


def outcomes_tell() -> int:
    """Tell who reported, and whose text it was; return how many were told. Idempotent: yes."""
    return flags_tell() + authors_tell()
