"""Cursors: which results were shown, so that none is shown twice however the index changes between two pages.

A cursor lists the ids shown so far (kind by kind, as differences), not a position: items that come, go or change their
score move no other item across a page's border. A thousand results make about three kilobytes.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Iterable

from search.port import WINDOW, Key

_LONGEST = 12_000


def cursor_of(keys: Iterable[Key]) -> str:
    """Return the cursor that stands for these things having been shown."""
    by_kind: dict[str, list[int]] = {}
    for kind, pk in keys:
        by_kind.setdefault(kind, []).append(pk)
    out = bytearray()
    for kind, ids in sorted(by_kind.items()):
        name = kind.encode()
        out += _number(len(name)) + name + _number(len(ids))
        before = 0
        for pk in sorted(ids):
            out += _number(pk - before)
            before = pk
    return urlsafe_b64encode(out).rstrip(b"=").decode()


def shown(cursor: str) -> frozenset[Key]:
    """Return the things a cursor stands for; nothing for one that does not parse."""
    if not cursor or len(cursor) > _LONGEST:
        return frozenset()
    try:
        data = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return frozenset(_keys(data))
    except (ValueError, IndexError):
        return frozenset()


def next_cursor(before: Collection[Key], page: Collection[Key], *, more: bool) -> str:
    """Return the cursor after a page; empty when nothing follows or the window is seen."""
    seen = {*before, *page}
    return cursor_of(seen) if more and page and len(seen) < WINDOW else ""


def _keys(data: bytes) -> Iterable[Key]:
    position = 0
    while position < len(data):
        length, position = _read(data, position)
        kind = data[position : position + length].decode("ascii")
        position += length
        count, position = _read(data, position)
        if count > WINDOW:
            raise ValueError(count)
        pk = 0
        for _ in range(count):
            step, position = _read(data, position)
            pk += step
            if pk >= 1 << 63:
                raise ValueError(pk)
            yield kind, pk


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _read(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        value |= (byte & 127) << shift
        position += 1
        if byte < 128:
            return value, position
        shift += 7
        if shift > 63:
            raise ValueError("too large")
