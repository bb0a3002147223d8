"""Things like a text: its telling words, each as much as it is said, looked for in whole threads."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from tantivy import Occur, Query, Schema, Searcher

from search import ranking
from search.backends.embedded.schema import LANGUAGES, stems
from search.port import Synonyms


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
    """Return the query for what is like a text; None when it says nothing that is known."""
    words = ranking.words_asked(title, body, synonyms)
    clauses: list[tuple[Occur, Query]] = []
    marks: dict[str, frozenset[str]] = {}
    for language in LANGUAGES:
        scored: dict[str, tuple[float, bool]] = {}
        for word, (weight, in_title) in words.items():
            for stem in stems(language, word):
                known, titled = scored.get(stem, (0.0, False))
                scored[stem] = (known + weight, titled or in_title)
        rarity = {stem: _rarity(searcher, language, stem) for stem in scored}
        telling = sorted((stem for stem in scored if rarity[stem]), key=lambda stem: -scored[stem][0] * rarity[stem])
        telling = telling[: ranking.LIKENESS.terms]
        marks[language] = frozenset(telling)
        for stem in telling:
            weight, in_title = scored[stem]
            thread = Query.term_query(schema, f"thread_{language}", stem, "freq")
            clauses.append((Occur.Should, Query.boost_query(thread, weight)))
            if in_title and ranking.LIKENESS.title_clause:
                own = Query.term_query(schema, f"title_{language}", stem)
                clauses.append((Occur.Should, Query.boost_query(own, weight * ranking.LIKENESS.title_clause)))
    return Asked(Query.boolean_query(clauses), marks) if clauses else None


def _rarity(searcher: Searcher, language: str, stem: str) -> float:
    """Return how telling a word is; 0 for one that no document has."""
    frequency = searcher.doc_freq(f"thread_{language}", stem)
    return math.log(1 + (searcher.num_docs - frequency + 0.5) / (frequency + 0.5)) if frequency else 0.0
