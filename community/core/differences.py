"""What changed between two texts, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

MAX_WORDS = 6_000
"""Words of both texts together; longer ones are compared line by line, which is quick whatever they hold."""
KEPT_WORDS = 40
"""Unchanged words shown before and after a change; more are left out."""

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A run of words with one fate."""

    kind: Literal["same", "gone", "new", "gap"]
    """`gap` stands for unchanged text that is left out."""
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """Return the texts as one: what stayed, what went, what came; long unchanged passages are cut to their ends."""
    old, new = _split(before, after)
    pieces: list[Piece] = []
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[old_from:old_to])))
            continue
        if old_to > old_from:
            pieces.append(Piece("gone", "".join(old[old_from:old_to])))
        if new_to > new_from:
            pieces.append(Piece("new", "".join(new[new_from:new_to])))
    return list(_shortened(_joined(pieces)))


def _split(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) <= MAX_WORDS:
        return old, new
    return before.splitlines(keepends=True), after.splitlines(keepends=True)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Take a lone space between two changes into both, so that a changed phrase reads as one change."""
    out = list(pieces)
    for index in range(1, len(out) - 1):
        piece = out[index]
        if piece.kind == "same" and not piece.text.strip() and "\n" not in piece.text:
            out[index : index + 1] = [Piece("gone", piece.text), Piece("new", piece.text)]
            return _joined(_merged(out))
    return out


def _merged(pieces: list[Piece]) -> list[Piece]:
    """Bring what went and what came together between two passages that stayed."""
    out: list[Piece] = []
    gone = new = ""
    for piece in [*pieces, Piece("same", "")]:
        if piece.kind == "gone":
            gone += piece.text
        elif piece.kind == "new":
            new += piece.text
        else:
            out += [Piece("gone", gone)] * bool(gone) + [Piece("new", new)] * bool(new) + [piece] * bool(piece.text)
            gone = new = ""
    return out


def _shortened(pieces: list[Piece]) -> Iterator[Piece]:
    for index, piece in enumerate(pieces):
        words = _WORDS.findall(piece.text)
        if piece.kind != "same" or len(words) <= 3 * KEPT_WORDS:
            yield piece
            continue
        if index:
            yield Piece("same", "".join(words[:KEPT_WORDS]))
        yield Piece("gap", "")
        if index < len(pieces) - 1:
            yield Piece("same", "".join(words[-KEPT_WORDS:]))
