"""A page kept compressed although one word of it, the nonce, is another in each copy.

The text is compressed in pieces, and where the nonce stands a block of plain bytes is laid between them: both gzip and
brotli know such blocks (RFC 1951 section 3.2.4, RFC 7932 section 9.2). The compressor is fed a stand-in of the same
length, so that its distances stay right; what it wrote for the stand-in is thrown away. The stand-in holds bytes that
UTF-8 never uses and never the same four twice, so that nothing is a copy of it and it is a copy of nothing. Brotli from
quality 5 on reads letters by the two before them, which the hole changes: 4 is the most.
"""

import secrets
import struct
import zlib
from dataclasses import dataclass

import brotli

_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_NOT_UTF8 = bytes([0xC0, 0xC1, *range(0xF5, 0x100)])
MOST_HOLES = 400
"""There are not many more different stand-ins."""
BROTLI_QUALITY = 4
GZIP_LEVEL = 6
_NONCES = 256


_stock: dict[int, list[bytes]] = {}


def nonce_like(length: int) -> bytes:
    """Return a new nonce of `length` bytes in base64url. Belongs to one event loop.

    They are made by the hundred: who asks the system for chance gives the interpreter to another thread meanwhile.
    """
    if not _stock.get(length):
        text = secrets.token_urlsafe(length * _NONCES).encode()
        _stock[length] = [text[at : at + length] for at in range(0, length * _NONCES, length)]
    return _stock[length].pop()


@dataclass(frozen=True)
class HoledPage:
    """A body with holes for the nonce, in the three encodings a browser may ask for."""

    pieces: tuple[bytes, ...]
    hole: int
    """Length of the nonce in bytes."""
    gzip: tuple[bytes, ...]
    brotli: tuple[bytes, ...]
    size: int
    """Bytes it takes in memory, roughly."""

    def body(self, encoding: str, nonce: bytes) -> bytes:
        """Return the body with `nonce` in its holes, in `br`, `gzip` or (empty) as it is."""
        if encoding == "br":
            return nonce.join(self.brotli)
        if encoding == "gzip":
            plain = nonce.join(self.pieces)
            return nonce.join(self.gzip) + struct.pack("<II", zlib.crc32(plain), len(plain) & 0xFFFFFFFF)
        return nonce.join(self.pieces)


def holed_page(body: bytes, nonce: bytes) -> HoledPage:
    """Cut `nonce` out of `body`, UTF-8 (an empty one: no holes), and compress what is left.

    Raises: ValueError for more than MOST_HOLES.
    """
    pieces = tuple(body.split(nonce)) if nonce else (body,)
    if len(pieces) > MOST_HOLES:
        raise ValueError("too many holes")
    stand_ins = _stand_ins(len(pieces) - 1, len(nonce))
    gzip, br = _gzip(pieces, stand_ins), _brotli(pieces, stand_ins)
    size = len(body) + sum(map(len, gzip)) + sum(map(len, br))
    return HoledPage(pieces, len(nonce), gzip, br, size)


def _stand_ins(count: int, length: int) -> list[bytes]:
    """Return texts in which no four bytes come twice, brotli's shortest copy."""
    seen: set[bytes] = set()
    found = []
    for _ in range(count):
        text = b""
        while len(text) < length:
            end = text[-3:] + bytes([secrets.choice(_NOT_UTF8)])
            if len(end) < 4 or end not in seen:
                seen.add(end)
                text += end[-1:]
        found.append(text)
    return found


def _gzip(pieces: tuple[bytes, ...], stand_ins: list[bytes]) -> tuple[bytes, ...]:
    """Return the stream cut at each hole; checksum and length come when the nonce is known."""
    deflate = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    parts = [_GZIP_HEAD]
    for piece, stand_in in zip(pieces, stand_ins, strict=False):
        length = len(stand_in)
        parts[-1] += deflate.compress(piece) + deflate.flush(zlib.Z_SYNC_FLUSH)
        parts[-1] += b"\x00" + struct.pack("<HH", length, length ^ 0xFFFF)  # a stored block, not the last one
        deflate.compress(stand_in)
        deflate.flush(zlib.Z_SYNC_FLUSH)
        parts.append(b"")
    parts[-1] += deflate.compress(pieces[-1]) + deflate.flush(zlib.Z_FINISH)
    return tuple(parts)


def _brotli(pieces: tuple[bytes, ...], stand_ins: list[bytes]) -> tuple[bytes, ...]:
    compressor = brotli.Compressor(mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
    parts = [b""]
    for piece, stand_in in zip(pieces, stand_ins, strict=False):
        parts[-1] += compressor.process(piece) + compressor.flush()
        # not the last, its length less one in 16 bits, uncompressed: 20 bits, filled up to a byte
        parts[-1] += ((len(stand_in) - 1) << 3 | 1 << 19).to_bytes(3, "little")
        compressor.process(stand_in)
        compressor.flush()
        parts.append(b"")
    parts[-1] += compressor.process(pieces[-1]) + compressor.finish()
    return tuple(parts)
