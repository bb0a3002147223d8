"""Secrets at rest: sealed with a named key, so that keys can be changed without downtime.

`CREDENTIALS_KEYS` lists `<key id>:<Fernet key>`, newest first; a sealed text begins with the id of its key. Where none
is set (a first look at the product), a key derived from `SECRET_KEY` serves, under the id `signing`.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class SealBrokenError(Exception):
    """The text was not sealed with any key we have: the key is gone, or the row was tampered with."""


def seal(text: str) -> str:
    """Return `text` encrypted and signed with the newest key, as `<key id>:<token>`."""
    key_id, fernet = next(iter(_keys().items()))
    return f"{key_id}:{fernet.encrypt(text.encode()).decode()}"


def unseal(sealed: str) -> str:
    """Return the text. Raises: SealBrokenError; never guesses and never returns what it could not open."""
    key_id, _colon, token = sealed.partition(":")
    fernet = _keys().get(key_id)
    if fernet is None:
        raise SealBrokenError(f"no key with id {key_id!r}")
    try:
        return fernet.decrypt(token.encode()).decode()
    except InvalidToken as broken:
        raise SealBrokenError(f"not sealed with key {key_id!r}") from broken


def key_id_of(sealed: str) -> str:
    """Return the id of the key that sealed this."""
    return sealed.partition(":")[0]


def newest_key_id() -> str:
    """Return the id of the key that new secrets are sealed with."""
    return next(iter(_keys()))


def _keys() -> dict[str, Fernet]:
    keys = dict(entry.split(":", 1) for entry in settings.CREDENTIALS_KEYS)
    if not keys:
        derived = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"tertulia-seal")
        keys = {"signing": base64.urlsafe_b64encode(derived.digest()).decode()}
    return {key_id: Fernet(key) for key_id, key in keys.items()}
