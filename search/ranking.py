"""How results are ranked: every number in one place, so that the benchmark can move them and all engines follow."""

import math
from dataclasses import dataclass

from community.activity.subjects import SearchDocument
from search.parsing import clean, words_of
from search.port import Synonyms

TITLE_REPEATS = 3
"""How often the title stands in the field that is searched, before the body."""
TITLE_WEIGHT = 0.3
"""Weight of the clause on the title alone."""
SYNONYM_WEIGHT = 0.8
TYPO_WEIGHT = 0.3
"""Of a word one letter away from the one typed: whatever has that one stands above."""
UNKNOWN_TYPO_WEIGHT = 0.7
"""The same where nothing has the word as typed."""
TYPO_LENGTH = 4
"""Words of so many letters may have one of them wrong."""
_LONGEST_TITLE = 2_000


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How things like a text are found: by the words of a thing and of what was written below it, in one field.

    docs/adr/relevance.md has what each number gives.
    """

    title_repeats: int = 4
    """How often the title stands in that field: one BM25 over all of it ranks better than three added up."""
    body_repeats: int = 2
    replies_repeats: int = 1
    title_clause: float = 0.2
    """Weight of a word of the title in titles alone."""
    body_asked: int = 300
    """Characters of the body that are asked with."""
    terms: int = 60
    """How many words are asked for, the most telling ones."""
    fresh: float = 0.2
    """What a thing gets on top that was written in just now, as a share of its score."""
    fresh_days: float = 21.0
    """After so long it gets half of that."""


@dataclass(frozen=True, kw_only=True)
class Signals:
    """What is known of a thing beside its words, as shares of its score."""

    solved: float = 0.1
    votes: float = 0.02
    """For each doubling, five at most."""
    reply: float = 0.9
    """What is left of the score of a reply that was not accepted."""


LIKENESS = Likeness()
SIGNALS = Signals()
"""Both in force; `make bench-search` puts others in their place, one number at a time."""


def repeats() -> tuple[int, int, int]:
    """Return what an index has to be made anew for when it changes."""
    return (LIKENESS.title_repeats, LIKENESS.body_repeats, LIKENESS.replies_repeats)


def thread_of(document: SearchDocument) -> str:
    """Return the text in which likeness is looked for: of a reply only what it says, its topic's thread has it too."""
    parts = (document.title if document.titled else "", document.body, document.replies)
    return "\n".join("\n".join([part] * times) for part, times in zip(parts, repeats(), strict=True) if part)


def words_asked(title: str, body: str, synonyms: Synonyms = ()) -> dict[str, tuple[float, bool]]:
    """Return what a text asks with: each word's weight, higher for one said again, and whether the title has it."""
    weights: dict[str, tuple[float, bool]] = {}
    for text, in_title in ((title[:_LONGEST_TITLE], True), (body[: LIKENESS.body_asked], False)):
        for word in words_of(clean(text)):
            said, titled = weights.get(word, (0.0, False))
            weights[word] = (said + 1.0, titled or in_title)
    for group in synonyms:
        words = [found[0] for found in map(words_of, group) if len(found) == 1]
        known = [weights[word] for word in words if word in weights]
        if known:
            weight, in_title = max(known)
            for word in words:
                weights.setdefault(word, (weight * SYNONYM_WEIGHT, in_title))
    return weights


def freshness(age_s: float) -> float:
    """Return the factor for what was last written in so long ago."""
    return 1.0 + LIKENESS.fresh * 0.5 ** (max(0.0, age_s) / 86_400 / LIKENESS.fresh_days)


def factors_of(document: SearchDocument) -> dict[str, float]:
    """Return what the score of a document's text is multiplied by."""
    votes = max(0.0, float(document.signals.get("votes", 0.0)))
    return {
        "solved": 1.0 + SIGNALS.solved * bool(document.solved),
        "votes": 1.0 + SIGNALS.votes * min(5.0, math.log2(1.0 + votes)),
        "reply": SIGNALS.reply if document.type in ("answer", "reply") and not document.solved else 1.0,
    }


def factor_of(document: SearchDocument) -> float:
    """Return the product of the factors."""
    return math.prod(factors_of(document).values())
