"""The port on tantivy."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from time import time_ns
from typing import Any

from tantivy import FieldType, IndexWriter, Occur, Searcher
from tantivy import Query as Asked

from community.activity.subjects import SearchDocument
from search.backends.embedded import likeness, prefixes
from search.backends.embedded.questions import Question, Scope
from search.backends.embedded.schema import FACET_FIELDS, kind_code, shown_of, to_tantivy, tombstone
from search.backends.embedded.showing import Found, best, hit_of
from search.backends.embedded.store import Generation, State, Store
from search.backends.embedded.typos import Spelling
from search.cursors import next_cursor, shown
from search.documents import chunks
from search.meaning import did_you_mean
from search.parsing import tree_of
from search.port import WINDOW, Backend, Hit, Key, Page, Query, Status, Stored, Synonyms

_CHUNK = 500
_FACET_VALUES = 1000
_SUGGESTED = 200
_LIKELY = 200
"""How many of the likest texts are put in order by what else is known of them."""


class EmbeddedBackend(Backend):
    """tantivy: files in one folder, one writer at a time, readers follow."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self._store = Store(folder)
        self._spelling = Spelling()

    def index(self, documents: Sequence[SearchDocument]) -> int:
        """Write documents that are not older than what is there; searchable on return. Raises: Busy."""
        latest = {(document.kind, document.id): document for document in sorted(documents, key=lambda one: one.version)}

        def write(generation: Generation, writer: IndexWriter) -> int:
            versions = _versions(generation, latest)
            fresh = [document for key, document in latest.items() if versions.get(key, 0) <= document.version]
            for document in fresh:
                writer.delete_documents_by_term("key", f"{document.kind}:{document.id}")
                writer.add_document(to_tantivy(document))
            return len(fresh)

        return self._store.write(write) if latest else 0

    def delete(self, keys: Sequence[Key], *, version: int) -> None:
        """Leave tombstones, unless something newer is there. Raises: Busy."""

        def write(generation: Generation, writer: IndexWriter) -> int:
            versions = _versions(generation, keys)
            for kind, pk in keys:
                if versions.get((kind, pk), 0) <= version:
                    writer.delete_documents_by_term("key", f"{kind}:{pk}")
                    writer.add_document(tombstone(kind, pk, version))
            return len(keys)

        if keys:
            self._store.write(write)

    def query(self, query: Query) -> Page:
        """Return one page of results."""
        generation = self._store.reading()
        searcher = generation.searcher()
        tree = tree_of(query)
        question = Question(tree, schema=generation.schema, searcher=searcher, spelling=self._spelling)
        scope = Scope(query.audience, query.site_id, query.kinds).clauses(generation.schema)
        sort = query.sort if tree.wanted or query.sort != "relevance" else "newest"
        found = Found(0, [])
        for required in dict.fromkeys((tree.required, 1)):
            text = question.text(required=required)
            among = _all_of([(Occur.Must, text), *scope, *question.limits()])
            found = best(searcher, among, sort=sort, window=WINDOW if query.limit else 1)
            if found.total:
                break
        seen = shown(query.cursor)
        codes = {(kind_code(kind), pk) for kind, pk in seen}
        left = [row for row in found.rows if row.key not in codes]
        shown_now = left[: query.limit]
        hits = tuple(hit_of(searcher, question, row) for row in shown_now)
        marked = (html for hit in hits for html in (hit.title_html, hit.snippet_html))
        return Page(
            hits=hits,
            total=found.total,
            facets=self._facets(query.facets, searcher, question, [(Occur.Must, text), *scope]),
            next_cursor=next_cursor(seen, [(hit.kind, hit.id) for hit in hits], more=len(left) > len(shown_now)),
            did_you_mean=did_you_mean(query.text, tree, marked),
        )

    def suggest(
        self,
        prefix: str,
        *,
        audience: frozenset[str],
        site_id: int,
        kinds: tuple[str, ...] = (),
        language: str = "en",
        limit: int = 5,
    ) -> dict[str, tuple[Hit, ...]]:
        """Return things by the words their titles begin with, grouped by kind."""
        generation = self._store.reading()
        searcher = generation.searcher()
        asked = prefixes.asked(prefix, generation.schema)
        if asked is None:
            return {}
        scope = Scope(audience, site_id, kinds).clauses(generation.schema)
        groups: dict[int, list[Hit]] = {}
        for query in asked.queries:
            for row in best(searcher, _all_of([(Occur.Must, query), *scope]), sort="relevance", window=_SUGGESTED).rows:
                if len(groups.get(row.kind_code, ())) < limit:
                    groups.setdefault(row.kind_code, []).append(hit_of(searcher, asked, row))
            if groups:
                break
        return {group[0].kind: tuple(group) for group in groups.values()}

    def similar(
        self,
        title: str,
        body: str = "",
        *,
        audience: frozenset[str],
        site_id: int,
        kinds: tuple[str, ...] = (),
        language: str = "en",
        limit: int = 5,
        exclude: Sequence[Key] = (),
        synonyms: Synonyms = (),
        now: datetime | None = None,
    ) -> tuple[Hit, ...]:
        """Return what shares most of the rare words."""
        moment = now.timestamp() if now else time.time()
        generation = self._store.reading()
        searcher = generation.searcher()
        asked = likeness.asked(title, body, generation.schema, searcher, synonyms)
        if asked is None:
            return ()
        scope = Scope(audience, site_id, kinds).clauses(generation.schema)
        query = _all_of([(Occur.Must, asked.query), *scope])
        rows = best(searcher, query, sort="relevance", window=_LIKELY, now=moment).rows
        codes = {(kind_code(kind), pk) for kind, pk in exclude}
        wanted = islice((row for row in rows if row.key not in codes), limit)
        return tuple(hit_of(searcher, asked, row) for row in wanted)

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Fill a new generation, then let it answer."""
        before = self._store.state()
        name = self._store.name_new()
        self._store.generation(name)
        self._store.change(replace(before, write=(before.read, name)))
        count = 0
        try:
            for chunk in chunks(documents, _CHUNK):
                count += len(chunk)
                self._fill(name, chunk)
        except BaseException:
            self._store.change(replace(before, write=(before.read,)))
            raise
        self._store.change(State(read=name, write=(name,), previous=before.read))
        return count

    def _fill(self, name: str, documents: Sequence[SearchDocument]) -> None:
        generation = self._store.generation(name)
        with generation.writer() as writer:
            versions = _versions(generation, [(document.kind, document.id) for document in documents])
            for document in documents:
                if versions.get((document.kind, document.id), 0) <= document.version:
                    writer.delete_documents_by_term("key", f"{document.kind}:{document.id}")
                    writer.add_document(to_tantivy(document))

    def rollback(self) -> str:
        """Swap this generation and the one before."""
        state = self._store.state()
        if not state.previous:
            raise LookupError("there is no index before this one")
        self._store.change(State(read=state.previous, write=(state.previous,), previous=state.read))
        return state.previous

    def filled(self) -> None:
        """Note it in the state that all processes read."""
        self._store.change(replace(self._store.state(), fresh=False))

    def tidy(self) -> None:
        """Remove old tombstones. Raises: Busy."""
        old = time_ns() // 1000 - 3_600_000_000

        def write(generation: Generation, writer: IndexWriter) -> int:
            past = Asked.range_query(generation.schema, "version", FieldType.Integer, 0, old)
            alive = Asked.exists_query("kind_code")
            return writer.delete_documents_by_query(_all_of([(Occur.Must, past), (Occur.MustNot, alive)]))

        self._store.write(write)

    def stored(self) -> Iterator[Stored]:
        """Return every document of the generation that answers; tombstones are none."""
        generation = self._store.reading()
        searcher = generation.searcher()
        for _score, address in searcher.search(Asked.all_query(), limit=max(1, searcher.num_docs)).hits:
            document = searcher.doc(address)
            shown = shown_of(document)
            if shown:
                version = document["version"][0]
                yield Stored(kind=shown.kind, id=shown.id, version=version, fingerprint=shown.fingerprint)

    def status(self) -> Status:
        """Return how it is."""
        state = self._store.state()
        generation = self._store.reading()
        searcher = generation.searcher()
        alive: Any = searcher.search(Asked.exists_query("kind_code"), limit=1)
        return Status(
            engine=self.name,
            available=True,
            documents=alive.count,
            index=state.read,
            building=next((name for name in state.write if name != state.read), ""),
            previous=state.previous,
            bytes=sum(file.stat().st_size for file in generation.folder.iterdir()),
            fresh=state.fresh,
        )

    def close(self) -> None:
        """Forget open files."""
        self._store.close()

    def _facets(
        self, facets: Sequence[str], searcher: Searcher, question: Question, fixed: list[tuple[Occur, Asked]]
    ) -> dict[str, dict[str, int]]:
        """Count each facet's values among what all other facets' filters leave."""
        counts = {}
        for facet in facets:
            if facet in FACET_FIELDS:
                among = _all_of([*fixed, *question.limits(leave_out=facet)])
                terms = {"terms": {"field": facet, "size": _FACET_VALUES, "order": {"_count": "desc"}}}
                buckets = searcher.aggregate(among, {facet: terms})[facet]["buckets"]
                counts[facet] = {bucket["key"]: int(bucket["doc_count"]) for bucket in buckets}
        return counts


def _all_of(clauses: list[tuple[Occur, Asked]]) -> Asked:
    return Asked.boolean_query(clauses)


def _versions(generation: Generation, keys: Iterable[Key]) -> dict[Key, int]:
    """Return the version the last commit has of each thing, tombstones included. Call while holding the writer."""
    searcher = generation.searcher()
    found: dict[Key, int] = {}
    for chunk in chunks(keys, _CHUNK):
        names = {f"{kind}:{pk}": (kind, pk) for kind, pk in chunk}
        wanted = Asked.term_set_query(generation.schema, "key", list(names))
        for _score, address in searcher.search(wanted, limit=len(names), count=False).hits:
            document = searcher.doc(address)
            found[names[document["key"][0]]] = document["version"][0]
    return found
