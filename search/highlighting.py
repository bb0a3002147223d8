"""Marks round what was asked for: text is escaped first, the markers come after."""

import re
from collections.abc import Callable
from html import escape

OPEN, CLOSE = "\ue000", "\ue001"
"""Stand for the tags until the text is escaped; documents are cleaned of them."""
SNIPPET_LENGTH = 220
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def html_of(marked: str) -> str:
    """Return HTML of a text in which OPEN and CLOSE stand round what to mark."""
    return escape(marked).replace(OPEN, "<mark>").replace(CLOSE, "</mark>")


def marked(text: str, matches: Callable[[str], bool]) -> str:
    """Put markers round every word that matches."""
    return _WORD.sub(lambda word: f"{OPEN}{word[0]}{CLOSE}" if matches(word[0]) else word[0], text)


def snippet(text: str, matches: Callable[[str], bool], *, length: int = SNIPPET_LENGTH) -> str:
    """Return, marked, the part of `text` of about `length` characters that has the most different matches."""
    found = [(word.start(), word[0].lower()) for word in _WORD.finditer(text) if matches(word[0])]
    best, most = 0, 0
    for position, (start, _word) in enumerate(found):
        inside = {word for at, word in found[position:] if at < start + length - 30}
        if len(inside) > most:
            best, most = start, len(inside)
    begin = text.rfind(" ", 0, max(0, best - 40)) + 1 if best > 60 else 0
    end = begin + length
    part = text[begin:end] if end >= len(text) else text[begin:end].rsplit(" ", 1)[0]
    dots = ("…" if begin else "", "…" if begin + len(part) < len(text) else "")
    return dots[0] + marked(" ".join(part.split()), matches) + dots[1]
