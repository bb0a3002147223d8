"""Credentials of a connection at rest: JSON, sealed like every secret, with the id of its key beside for rotation."""

import json
from collections.abc import Mapping

from community.core import sealing


class CredentialsLostError(Exception):
    """No key we have opens these credentials: they must be typed in again."""


def current_key_id() -> str:
    """Return the id of the key that encrypts now."""
    return sealing.newest_key_id()


def seal(credentials: Mapping[str, str]) -> tuple[str, str]:
    """Return the encrypted text and the id of its key."""
    text = sealing.seal(json.dumps(dict(credentials)))
    return text, sealing.key_id_of(text)


def unseal(text: str) -> dict[str, str]:
    """Return the credentials in clear. Raises: CredentialsLostError when no key opens them."""
    if not text:
        return {}
    try:
        return dict(json.loads(sealing.unseal(text)))
    except sealing.SealBrokenError as lost:
        raise CredentialsLostError("No key opens the credentials of this connection.") from lost
