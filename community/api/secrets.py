"""The text of a token: `tert_`, 32 random letters and digits, 6 that check them. We keep only its hash.

The prefix lets scanners of source code find a token that leaked; the checksum tells a misspelt one from an unknown one
without asking the database.
"""

import hashlib
import re
import secrets
import string
import zlib

PREFIX = "tert_"
_ALPHABET = string.digits + string.ascii_letters
_RANDOM = 32
_CHECK = 6
_SHAPE = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_RANDOM + _CHECK}}}")


def token_new() -> str:
    """Return a new token: 190 bits nobody guesses."""
    random = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))
    return f"{PREFIX}{random}{_checksum(random)}"


def is_well_formed(text: str) -> bool:
    """Tell whether `text` can be a token at all."""
    return bool(_SHAPE.fullmatch(text)) and _checksum(text[len(PREFIX) : -_CHECK]) == text[-_CHECK:]


def digest_of(text: str) -> str:
    """Return what we keep of a token. It is random, so a fast hash is as good as a slow one."""
    return hashlib.sha256(text.encode()).hexdigest()


def _checksum(random: str) -> str:
    number, letters = zlib.crc32(random.encode()), ""
    while number:
        number, rest = divmod(number, len(_ALPHABET))
        letters = _ALPHABET[rest] + letters
    return letters.rjust(_CHECK, "0")
