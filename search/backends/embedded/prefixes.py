"""As you type: titles with a word for each that was begun; with a slip, when nothing else fits."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tantivy import Occur, Query, Schema

from search.backends.embedded.schema import stems
from search.parsing import clean, words_of
from search.ranking import TYPO_LENGTH

MAX_WORDS = 8


@dataclass(frozen=True)
class Asked:
    """What was typed so far."""

    queries: tuple[Query, ...]
    """The first that finds anything counts."""
    words: tuple[str, ...]

    def marker(self, language: str) -> Callable[[str], bool]:
        """Mark the words that begin with what was typed."""
        return lambda word: bool(found := stems("", word)) and found[0].startswith(self.words)


def asked(prefix: str, schema: Schema) -> Asked | None:
    """Return the queries for what was typed; None when there is no word in it."""
    words = tuple(stem for word in words_of(clean(prefix[:200])) for stem in stems("", word))[:MAX_WORDS]
    if not words:
        return None
    queries = [Query.boolean_query([(Occur.Must, _begun(schema, word)) for word in words])]
    if any(len(word) >= TYPO_LENGTH for word in words):
        queries.append(Query.boolean_query([(Occur.Must, _nearly(schema, word)) for word in words]))
    return Asked(tuple(queries), words)


def _begun(schema: Schema, word: str) -> Query:
    whole = Query.term_query(schema, "words", word)
    beginning = Query.regex_query(schema, "words", re.escape(word) + ".*")
    return Query.boolean_query([(Occur.Should, whole), (Occur.Should, Query.const_score_query(beginning, 1.0))])


def _nearly(schema: Schema, word: str) -> Query:
    if len(word) < TYPO_LENGTH:
        return _begun(schema, word)
    slip = Query.fuzzy_term_query(schema, "words", word, distance=1, transposition_cost_one=True, prefix=True)
    clauses = [(Occur.Should, _begun(schema, word)), (Occur.Should, Query.const_score_query(slip, 0.1))]
    return Query.boolean_query(clauses)
