"""Things like a text: any of its telling words, the rarer the better, those of the title before those of the body."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from tantivy import Occur, Query, Schema, Searcher

from search.backends.embedded.schema import LANGUAGES, stems
from search.parsing import clean, words_of
from search.port import Synonyms
from search.ranking import (
    SIMILAR_BODY_LENGTH,
    SIMILAR_BODY_WEIGHT,
    SIMILAR_TERMS,
    SYNONYM_WEIGHT,
    TITLE_WEIGHT,
)
from search.stopwords import STOP_WORDS

_LONGEST = 2_000


@dataclass(frozen=True)
class Asked:
    """A text, as a question."""

    query: Query
    stems: dict[str, frozenset[str]]

    def marker(self, language: str) -> Callable[[str], bool]:
        """Mark the words both texts have."""
        mine = self.stems[language]
        return lambda word: not mine.isdisjoint(stems(language, word))


def asked(title: str, body: str, schema: Schema, searcher: Searcher, synonyms: Synonyms) -> Asked | None:
    """Return the query for what is like a text; None when it says nothing."""
    weights = term_weights(title, body, synonyms)
    clauses: list[tuple[Occur, Query]] = []
    marks: dict[str, frozenset[str]] = {}
    for language in LANGUAGES:
        scored: dict[str, tuple[float, bool]] = {}
        for word, (weight, in_title) in weights.items():
            for stem in stems(language, word):
                known, titled = scored.get(stem, (0.0, False))
                scored[stem] = (max(known, weight), titled or in_title)
        telling = sorted(scored, key=lambda stem: -scored[stem][0] * _rarity(searcher, language, stem))
        marks[language] = frozenset(telling[:SIMILAR_TERMS])
        for stem in telling[:SIMILAR_TERMS]:
            weight, in_title = scored[stem]
            text = Query.term_query(schema, f"text_{language}", stem)
            clauses.append((Occur.Should, Query.boost_query(text, weight)))
            if in_title:
                own = Query.term_query(schema, f"title_{language}", stem)
                clauses.append((Occur.Should, Query.boost_query(own, weight * TITLE_WEIGHT)))
    return Asked(Query.boolean_query(clauses), marks) if clauses else None


def term_weights(title: str, body: str, synonyms: Synonyms) -> dict[str, tuple[float, bool]]:
    """Return each word's weight, and whether it stands in the title."""
    weights = dict.fromkeys(words_of(clean(title[:_LONGEST])), (1.0, True))
    for word in words_of(clean(body[:SIMILAR_BODY_LENGTH])):
        weights.setdefault(word, (SIMILAR_BODY_WEIGHT, False))
    weights = {word: weight for word, weight in weights.items() if word not in STOP_WORDS}
    for group in synonyms:
        single = [words[0] for words in map(words_of, group) if len(words) == 1]
        known = [weights[word] for word in single if word in weights]
        if known:
            for word in single:
                weights.setdefault(word, (max(known)[0] * SYNONYM_WEIGHT, max(known)[1]))
    return weights


def _rarity(searcher: Searcher, language: str, stem: str) -> float:
    """Return how telling a word is; 0 for one that no document has."""
    frequency = searcher.doc_freq(f"text_{language}", stem)
    return math.log(1 + (searcher.num_docs - frequency + 0.5) / (frequency + 0.5)) if frequency else 0.0
