"""The port on Elasticsearch and OpenSearch.

Aliases say which index does what: `<name>-read` answers, `<name>-write` takes writes (two while a rebuild runs),
`<name>-previous` is the one before. They are swapped in one call, so every process follows at once.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from community.activity.subjects import SearchDocument
from search.backends.cluster import bodies
from search.backends.cluster.aliases import Aliases
from search.backends.cluster.answers import examined, hit_of, values_of
from search.backends.cluster.mapping import source_of
from search.backends.cluster.wires import Answer, Wire
from search.cursors import next_cursor, shown
from search.documents import chunks
from search.meaning import did_you_mean, fold
from search.parsing import Tree, clean, tree_of, words_of
from search.port import Backend, Hit, Key, Page, Query, Refused, Status, Stored, Synonyms, Unavailable
from search.ranking import TYPO_LENGTH, words_asked

_CHUNK = 500
_RARE = 5_000
"""As for the embedded engine: a word in fewer than one of so many documents may be a slip."""


class ClusterBackend(Backend):
    """One server engine, by whichever client."""

    def __init__(self, wire: Wire, *, name: str, prefix: str = "tertulia") -> None:
        self.name = name
        self.prefix = prefix
        self.wire = wire
        self._aliases = Aliases(wire, prefix)

    def index(self, documents: Sequence[SearchDocument]) -> int:
        """Write documents with their versions. Raises: Unavailable, Refused."""
        return self._write(documents, self._aliases.write()) if documents else 0

    def delete(self, keys: Sequence[Key], *, version: int) -> None:
        """Remove things, with a version; the engine remembers it for an hour. Raises: Unavailable."""
        lines = [
            {"delete": {"_index": index, "_id": f"{kind}:{pk}", "version": version, "version_type": "external_gte"}}
            for index in (self._aliases.write() if keys else ())
            for kind, pk in keys
        ]
        if lines:
            examined(self.wire.bulk(lines))

    def _write(self, documents: Iterable[SearchDocument], indexes: Sequence[str]) -> int:
        written = 0
        refused: dict[Key, str] = {}
        for part in chunks(documents, _CHUNK):
            sources = [(document, source_of(document)) for document in part]
            for index in indexes:
                lines: list[Mapping[str, Any]] = []
                for document, source in sources:
                    place = {"_index": index, "_id": source["key"]}
                    lines += ({"index": place | {"version": document.version, "version_type": "external_gte"}}, source)
                fresh, wrong = examined(self.wire.bulk(lines))
                written += fresh if index == indexes[0] else 0
                refused |= wrong
        if refused:
            raise Refused(refused)
        return written

    def query(self, query: Query) -> Page:
        """Return one page of results."""
        tree = tree_of(query)
        where = bodies.scope(query.audience, query.site_id, query.kinds)
        slips = self._slips(tree, where)
        seen = shown(query.cursor)
        answer: Answer = {}
        for required in dict.fromkeys((tree.required, 1)):
            text = bodies.text_query(tree, required=required, slips=slips)
            body = bodies.results_body(
                tree, text, where, sort=query.sort, seen=seen, limit=query.limit, facets=query.facets
            )
            answer = self._ask(body)
            if answer["aggregations"][bodies.TOTAL]["doc_count"]:
                break
        found = answer["hits"]["hits"]
        hits = tuple(hit_of(one) for one in found[: query.limit])
        counts = answer["aggregations"]
        words = (html for hit in hits for html in (hit.title_html, hit.snippet_html))
        return Page(
            hits=hits,
            total=counts[bodies.TOTAL]["doc_count"],
            facets={name: values_of(counts[name]["values"]) for name in query.facets if name in counts},
            next_cursor=next_cursor(seen, [(hit.kind, hit.id) for hit in hits], more=len(found) > query.limit),
            did_you_mean=did_you_mean(query.text, tree, words),
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
        words = tuple(fold(word) for word in words_of(clean(prefix[:200])))[:8]
        where = bodies.scope(audience, site_id, kinds)
        for slips in (False, True) if any(len(word) >= TYPO_LENGTH for word in words) else (False,) if words else ():
            answer = self._ask(bodies.suggest_body(words, where, limit=limit, slips=slips))
            groups = {
                group["key"]: tuple(hit_of(one, begun=words) for one in group["top"]["hits"]["hits"])
                for group in answer["aggregations"]["kinds"]["buckets"]
            }
            if groups:
                return groups
        return {}

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
        weights = words_asked(title, body, synonyms)
        if not weights:
            return ()
        where = bodies.scope(audience, site_id, kinds)
        moment = now.timestamp() if now else time.time()
        answer = self._ask(bodies.similar_body(weights, where, exclude=exclude, limit=limit, now=moment))
        return tuple(hit_of(one) for one in answer["hits"]["hits"])

    def rebuild(self, documents: Iterable[SearchDocument]) -> int:
        """Fill a new index while the old one answers and both take writes, then swap. Raises: Unavailable, Refused."""
        name = self._aliases.begin()
        count = 0
        try:
            for part in chunks(documents, _CHUNK):
                count += len(part)
                self._write(part, (name,))
        except BaseException:
            self._aliases.abandon(name)
            raise
        self._aliases.finish(name)
        return count

    def rollback(self) -> str:
        """Swap this index and the one before."""
        return self._aliases.rollback()

    def filled(self) -> None:
        """Note it in the index, where all processes read it."""
        self._aliases.note_filled()

    def tidy(self) -> None:
        """Nothing: the engine forgets deletions by itself."""

    def stored(self) -> Iterator[Stored]:
        """Return every document, in the order of keys."""
        after = ""
        while found := self._ask(bodies.stored_body(after, 2 * _CHUNK))["hits"]["hits"]:
            after = found[-1]["sort"][0]
            for one in found:
                held = one["_source"]
                yield Stored(kind=held["kind"], id=held["id"], version=one["_version"], fingerprint=held["fingerprint"])

    def status(self) -> Status:
        """Return how it is."""
        try:
            patience = self.wire.read_timeout_s  # staff pages ask
            roles = self._aliases.roles(timeout_s=patience)
            figures = self.wire.call("GET", f"/{roles.read}/_stats/docs,store", timeout_s=patience)
            whole = figures["_all"]["primaries"]
            return Status(
                engine=self.name,
                available=True,
                documents=whole["docs"]["count"],
                index=roles.read,
                building=next((name for name in roles.write if name != roles.read), ""),
                previous=roles.previous,
                bytes=whole["store"]["size_in_bytes"],
                fresh=roles.fresh,
            )
        except Unavailable as trouble:
            return Status(engine=self.name, available=False, note=str(trouble))

    def close(self) -> None:
        """Close connections."""
        self.wire.close()

    def _ask(self, body: Answer) -> Answer:
        """Search the index that answers; made when there is none."""
        answer = self.wire.search(self._aliases.read_alias, body)
        if not answer:
            self._aliases.roles()
            answer = self.wire.search(self._aliases.read_alias, body)
        return answer

    def _slips(self, tree: Tree, where: list[Any]) -> frozenset[str]:
        """Return the words that (almost) nothing the viewer may see has; 1 more call when a word may be a slip."""
        words = [term.words[0] for term in tree.wanted if len(term.words) == 1 and not term.quoted]
        words = [word for word in words if len(word) >= TYPO_LENGTH and word.isalpha() and fold(word).isascii()]
        if not words:
            return frozenset()
        answer = self._ask(bodies.rarity_body(words, where))
        few = max(1, answer["hits"]["total"]["value"] // _RARE)
        return frozenset(word for word in words if answer["aggregations"][word]["doc_count"] <= few)
