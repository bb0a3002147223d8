"""Spelling: for a word the index hardly knows, the words one edit away that it does know."""

import string
from collections.abc import Iterator

from tantivy import Searcher

from search.backends.embedded.schema import LANGUAGES, stems
from search.ranking import TYPO_LENGTH

CORRECTIONS = 4
_RARE = 5_000
"""A word in fewer than one of so many documents may be a slip, too."""
_REMEMBERED = 2_000


class Spelling:
    """Corrections of words, remembered until the index changes.

    All words one edit away (a letter left out, added, changed, or two swapped, the first one included) are looked up in
    the index's own dictionary: some hundred look-ups of a microsecond each, and only for words that are hardly there.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}
        self._of: int = -1

    def corrections(self, word: str, searcher: Searcher) -> tuple[str, ...]:
        """Return up to four words to try instead, words of titles first; none for short, numeric or usual words."""
        (folded, *rest) = stems("", word) or ("",)
        if rest or len(folded) < TYPO_LENGTH or not folded.isalpha() or not folded.isascii():
            return ()
        if self._of != searcher.num_docs or len(self._known) > _REMEMBERED:
            self._known.clear()
            self._of = searcher.num_docs
        if folded not in self._known:
            self._known[folded] = self._look_up(folded, searcher)
        return self._known[folded]

    def _look_up(self, word: str, searcher: Searcher) -> tuple[str, ...]:
        here = frequency(word, searcher)
        if here > max(1, searcher.num_docs // _RARE):
            return ()
        own = {stem for language in LANGUAGES for stem in stems(language, word)}
        found: dict[tuple[str, ...], tuple[bool, int, str]] = {}
        for other in edits(word):
            times = frequency(other, searcher)
            forms = tuple(stem for language in LANGUAGES for stem in stems(language, other))
            if times >= max(1, here) and not own.issuperset(forms):
                known = searcher.doc_freq("words", other) > 0
                found[forms] = max(found.get(forms, (False, 0, "")), (known, times, other))
        best = sorted(found.values(), key=lambda one: (not one[0], -one[1], one[2]))
        return tuple(other for _known, _times, other in best[:CORRECTIONS])


def frequency(word: str, searcher: Searcher) -> int:
    """Return in how many documents, of whatever language, the word stands."""
    return sum(
        searcher.doc_freq(f"text_{language}", found[0])
        for language in LANGUAGES
        if len(found := stems(language, word)) == 1
    )


def edits(word: str) -> Iterator[str]:
    """Return all words one edit away."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in string.ascii_lowercase:
            if tail and letter != tail[0]:
                yield head + letter + tail[1:]
            yield head + letter + tail
