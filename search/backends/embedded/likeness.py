"""Things like a text: its telling words, each as much as it is said, looked for in whole threads."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from tantivy import Occur, Query, Schema, Searcher

from search import ranking
from search.backends.embedded.schema import LANGUAGES, stems
from search.port import Synonyms
from search.stopwords import STOP_WORDS


@dataclass(frozen=True)
class Asked:
    """A text, as a question."""

    query: Query
    stems: frozenset[str]

    def marker(self, language: str) -> Callable[[str], bool]:
        """Mark the words both texts have, but for those that say nothing."""
        return lambda word: word.lower() not in STOP_WORDS and not self.stems.isdisjoint(stems(language, word))


def asked(title: str, body: str, schema: Schema, searcher: Searcher, synonyms: Synonyms) -> Asked | None:
    """Return the query for what is like a text; None when it says nothing that is known."""
    weights: dict[str, float] = {}
    titled: set[str] = set()
    for word, (weight, in_title) in ranking.words_asked(title, body, synonyms).items():
        forms = {stem for language in LANGUAGES for stem in stems(language, word)}
        for stem in forms:
            weights[stem] = weights.get(stem, 0.0) + weight
        titled |= forms if in_title else set()
    worth = {stem: weight * _rarity(searcher, stem) for stem, weight in weights.items()}
    telling = sorted((stem for stem in worth if worth[stem]), key=lambda stem: -worth[stem])[: ranking.LIKENESS.terms]
    clauses = [_clause(schema, "thread", stem, weights[stem]) for stem in telling]
    for stem in titled.intersection(telling) if ranking.LIKENESS.title_clause else ():
        weight = weights[stem] * ranking.LIKENESS.title_clause
        clauses += [_clause(schema, f"title_{language}", stem, weight) for language in LANGUAGES]
    return Asked(Query.boolean_query(clauses), frozenset(telling)) if clauses else None


def _clause(schema: Schema, field: str, stem: str, weight: float) -> tuple[Occur, Query]:
    return (Occur.Should, Query.boost_query(Query.term_query(schema, field, stem, "freq"), weight))


def _rarity(searcher: Searcher, stem: str) -> float:
    """Return how telling a word is; 0 for one that no document has."""
    frequency = searcher.doc_freq("thread", stem)
    return math.log(1 + (searcher.num_docs - frequency + 0.5) / (frequency + 0.5)) if frequency else 0.0
