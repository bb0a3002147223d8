"""Secrets that an embedded installation makes for itself, once, readable by its owner only."""

import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path


def make_secrets(path: Path) -> None:
    """Write `path` with a signing key and a credentials key (`<key id>:<Fernet key>`), unless it is there."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    credentials_key = urlsafe_b64encode(secrets.token_bytes(32)).decode()
    unfinished.touch(mode=0o600)
    unfinished.write_text(
        "# Made once for this installation. Lost, every stored credential is lost with it: keep a copy.\n"
        f"SECRET_KEY={secrets.token_urlsafe(48)}\n"
        f"CREDENTIALS_KEYS=k{secrets.token_hex(3)}:{credentials_key}\n",
        encoding="utf-8",
    )
    try:
        os.link(unfinished, path)  # not rename: of two that start at once, the first one's keys stay
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
