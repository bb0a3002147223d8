"""What ours is measured against: BM25 as in the textbook, over one field, with nothing added."""

import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping

K1, B = 1.2, 0.75
_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """Return the words of a text in small letters: no stemming, no stop words."""
    return _WORD.findall(text.lower())


class Plain:
    """BM25 over texts by number."""

    def __init__(self, texts: Mapping[int, str]) -> None:
        counts = {number: Counter(words(text)) for number, text in texts.items()}
        lengths = {number: count.total() for number, count in counts.items()}
        average = sum(lengths.values()) / max(1, len(lengths))
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, count in counts.items():
            norm = K1 * (1 - B + B * lengths[number] / average)
            for word, times in count.items():
                self._postings[word].append((number, times * (K1 + 1) / (times + norm)))
        self._idf = {
            word: math.log(1 + (len(counts) - len(found) + 0.5) / (len(found) + 0.5))
            for word, found in self._postings.items()
        }

    def scores(self, text: str, *, repeated: bool) -> dict[int, float]:
        """Return the score of everything that shares a word; `repeated`: a word asked twice counts twice."""
        asked = Counter(words(text))
        scores: dict[int, float] = defaultdict(float)
        for word, times in asked.items():
            weight = self._idf.get(word, 0.0) * (times if repeated else 1)
            for number, score in self._postings.get(word, ()):
                scores[number] += weight * score
        return scores


def best(scores: Mapping[int, float], count: int) -> list[int]:
    """Return the numbers with the highest scores, the highest first."""
    return heapq.nsmallest(count, scores, key=lambda number: (-scores[number], number))
