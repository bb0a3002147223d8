"""Secrets leave no trace in records of requests: known values and tell-tale names become bullets."""

import json
import re
from collections.abc import Iterable
from typing import Any

HIDDEN = "•••"
LONGEST = 20_000
"""Characters of a request or answer that a record keeps."""
_NAMES = re.compile(r"passw|secret|token|session|authori[sz]ation|api_?key|cookie|credential", re.IGNORECASE)


def mask(text: str, secrets: Iterable[str]) -> str:
    """Return `text`, cut to `LONGEST`, with every secret replaced and JSON members of tell-tale names hidden."""
    try:
        return mask_json(json.loads(text), secrets)
    except ValueError:
        return _replace(text, secrets)[:LONGEST]


def mask_json(data: Any, secrets: Iterable[str]) -> str:
    """Return `data` as JSON text, cut to `LONGEST`, masked likewise."""
    return _replace(json.dumps(_hide(data), ensure_ascii=False, default=str), secrets)[:LONGEST]


def _hide(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: HIDDEN if _NAMES.search(str(name)) else _hide(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_hide(value) for value in data]
    return data


def _replace(text: str, secrets: Iterable[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    return text
