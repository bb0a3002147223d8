"""From the tree of what was asked to tantivy's queries."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tantivy import FieldType, Occur, Query, Schema, Searcher

from search.backends.embedded.schema import EVERY_SITE, FACET_FIELDS, LANGUAGES, stems
from search.backends.embedded.typos import Spelling, frequency
from search.parsing import Term, Tree
from search.ranking import SYNONYM_WEIGHT, TITLE_WEIGHT, TYPO_WEIGHT, UNKNOWN_TYPO_WEIGHT

Clause = tuple[Occur, Query]
_FAR = 1 << 60


@dataclass(frozen=True)
class Scope:
    """Who asks, and where: holds for every query of a request."""

    audience: frozenset[str]
    site_id: int
    kinds: tuple[str, ...] = ()

    def clauses(self, schema: Schema) -> list[Clause]:
        """Return what every result must be."""
        found = [
            (Occur.Must, unscored(Query.term_set_query(schema, "audience", sorted(self.audience)))),
            (Occur.Must, unscored(Query.term_set_query(schema, "site", [EVERY_SITE, self.site_id]))),
        ]
        if self.kinds:
            found.append((Occur.Must, unscored(Query.term_set_query(schema, "kind", list(self.kinds)))))
        return found


class Question:
    """One tree, asked of one view of the index."""

    def __init__(self, tree: Tree, *, schema: Schema, searcher: Searcher, spelling: Spelling) -> None:
        self.tree = tree
        self._schema = schema
        self._searcher = searcher
        self._spelling = spelling
        self._marks: dict[str, set[str]] = {language: set() for language in LANGUAGES}

    def text(self, *, required: int | None = None) -> Query:
        """Return the scored part: how well a document answers the words; everything when there are none."""
        if not self.tree.wanted:
            return unscored(Query.all_query())
        clauses = [(Occur.Should, self._term(term)) for term in self.tree.wanted]
        quoted = [(Occur.Must, unscored(self._near(term.words))) for term in self.tree.wanted if term.quoted]
        needed = self.tree.required if required is None else required
        matching = Query.boolean_query(clauses, minimum_number_should_match=min(needed, len(clauses)))
        return Query.boolean_query([(Occur.Must, matching), *quoted])

    def limits(self, *, leave_out: str = "") -> list[Clause]:
        """Return what results must and must not be, but for the filter on the facet `leave_out`."""
        found: list[Clause] = []
        for facet, values in self.tree.filters.items():
            if facet != leave_out and facet in FACET_FIELDS:
                found.append((Occur.Must, unscored(Query.term_set_query(self._schema, facet, list(values)))))
        for facet, values in self.tree.without.items():
            if facet in FACET_FIELDS:
                found.append((Occur.MustNot, Query.term_set_query(self._schema, facet, list(values))))
        found += ((Occur.MustNot, self._near(term.words)) for term in self.tree.unwanted)
        if self.tree.after or self.tree.before:
            found.append((Occur.Must, unscored(self._between(self.tree.after, self.tree.before))))
        return found

    def marker(self, language: str) -> Callable[[str], bool]:
        """Return what tells whether a word of a text in `language` is to be marked. Ask after `text()`."""
        marks = self._marks[language]
        return lambda word: not marks.isdisjoint(stems(language, word))

    def _term(self, term: Term) -> Query:
        """Return the clause of one term: itself, or with less weight what means or resembles it."""
        options = [self._scored(term.words)]
        options += [Query.boost_query(self._scored(words), SYNONYM_WEIGHT) for words in term.alternatives]
        if len(term.words) == 1 and not term.quoted:
            corrections = self._spelling.corrections(term.words[0], self._searcher)
            weight = TYPO_WEIGHT if frequency(term.words[0], self._searcher) else UNKNOWN_TYPO_WEIGHT
            options += [Query.boost_query(self._scored((word,)), weight) for word in corrections]
        return options[0] if len(options) == 1 else Query.disjunction_max_query(options)

    def _scored(self, words: Sequence[str]) -> Query:
        """Return words next to each other in any language's text, a little more in the title."""
        options = []
        for language in LANGUAGES:
            found = _stems_of(language, words)
            if found:
                self._marks[language].update(found)
                body = _in_a_row(self._schema, f"text_{language}", found)
                title = Query.boost_query(_in_a_row(self._schema, f"title_{language}", found), TITLE_WEIGHT)
                options.append(Query.boolean_query([(Occur.Should, body), (Occur.Should, title)]))
        return Query.disjunction_max_query(options) if options else Query.empty_query()

    def _near(self, words: Sequence[str]) -> Query:
        rows = [(language, _stems_of(language, words)) for language in LANGUAGES]
        return any_of(_in_a_row(self._schema, f"text_{language}", found) for language, found in rows if found)

    def _between(self, after: datetime | None, before: datetime | None) -> Query:
        start = int(after.timestamp()) if after else 1
        end = int(before.timestamp()) if before else _FAR
        return Query.range_query(self._schema, "at", FieldType.Integer, start, end, include_upper=False)


def unscored(query: Query) -> Query:
    """Return `query` adding nothing to a score."""
    return Query.const_score_query(query, 0.0)


def any_of(queries: Iterable[Query]) -> Query:
    """Return what matches one of `queries`."""
    clauses = [(Occur.Should, query) for query in queries]
    return Query.boolean_query(clauses) if clauses else Query.empty_query()


def _stems_of(language: str, words: Sequence[str]) -> list[str]:
    return [stem for word in words for stem in stems(language, word)]


def _in_a_row(schema: Schema, field: str, found: Sequence[str]) -> Query:
    if len(found) == 1:
        return Query.term_query(schema, field, found[0])
    return Query.phrase_query(schema, field, list(found))
