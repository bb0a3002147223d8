"""Did you mean: taken from the words marked in results the reader may see, so that it can reveal nothing else."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from search.parsing import Tree

_MARKED = re.compile(r"<mark>([^<]{3,40})</mark>")


def did_you_mean(text: str, tree: Tree, marked: Iterable[str]) -> str:
    """Return what was typed with each word that no result has replaced by the one they have instead; "" for none."""
    seen = Counter(word.lower() for html in marked for word in _MARKED.findall(html))
    better = text
    for term in tree.wanted:
        if len(term.words) == 1 and not term.quoted and len(term.words[0]) >= 4:
            word = term.words[0]
            other = _other(word, seen)
            if other:
                better = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", other, better, flags=re.IGNORECASE)
    return better if better != text else ""


def fold(word: str) -> str:
    """Return a word in lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _other(word: str, seen: Counter[str]) -> str:
    """Return the most frequent marked word a slip away; "" when a result has the word itself or a form of it."""
    mine = fold(word)
    if any(_is_form(mine, fold(other)) for other in seen):
        return ""
    near = [other for other, _count in seen.most_common() if _is_slip(mine, fold(other))]
    return near[0] if near else ""


def _is_form(word: str, other: str) -> bool:
    """Tell whether two words differ by their endings at most."""
    shared = next((at for at, pair in enumerate(zip(word, other, strict=False)) if pair[0] != pair[1]), None)
    if shared is None:
        return True
    return shared >= 4 and len(word) - shared > 1 and len(other) - shared > 1 and abs(len(word) - len(other)) > 1


def _is_slip(word: str, other: str) -> bool:
    """Tell whether one edit, or two in words of eight letters, leads from one word to the other."""
    return distance(word, other) <= (2 if len(word) >= 8 else 1)


def distance(one: str, other: str) -> int:
    """Return how many letters must be left out, added, changed or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        before, last, row = row, before, [at]
        for to, wanted in enumerate(other, start=1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, last[to - 2] + 1)
            row.append(cost)
    return row[-1]
