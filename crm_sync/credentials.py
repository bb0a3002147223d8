"""Credentials at rest: encrypted JSON with the id of its key, so that keys can be changed without downtime."""

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class CredentialsLostError(Exception):
    """No key we have opens these credentials: they must be typed in again."""


def _keys() -> dict[str, bytes]:
    """Return the keys by id, the one that encrypts now first."""
    keys = {}
    for pair in settings.CREDENTIALS_KEYS:
        key_id, _, key = pair.partition(":")
        keys[key_id] = key.encode()
    if not keys:
        raise ImproperlyConfigured("CREDENTIALS_KEYS is empty: without a key no credentials can be kept.")
    return keys


def current_key_id() -> str:
    """Return the id of the key that encrypts now."""
    return next(iter(_keys()))


def seal(credentials: Mapping[str, str]) -> tuple[str, str]:
    """Return the encrypted text and the id of its key."""
    key_id, key = next(iter(_keys().items()))
    return Fernet(key).encrypt(json.dumps(dict(credentials)).encode()).decode(), key_id


def unseal(text: str) -> dict[str, str]:
    """Return the credentials in clear. Raises: CredentialsLostError when no key opens them."""
    if not text:
        return {}
    try:
        clear = MultiFernet([Fernet(key) for key in _keys().values()]).decrypt(text.encode())
    except InvalidToken as lost:
        raise CredentialsLostError("No key opens the credentials of this connection.") from lost
    return dict(json.loads(clear))
