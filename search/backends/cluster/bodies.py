"""From the tree of what was asked to request bodies, the same for both clients."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from elasticsearch.dsl import A, Q, Search

from search.backends.cluster.mapping import EVERY_SITE, LANGUAGES, LONGEST_BEGINNING
from search.highlighting import CLOSE, OPEN, SNIPPET_LENGTH
from search.parsing import Term, Tree
from search.port import FACETS, WINDOW, Key
from search.ranking import LIKENESS, SYNONYM_WEIGHT, TITLE_WEIGHT, TYPO_LENGTH, TYPO_WEIGHT

Body = dict[str, Any]
TOTAL = "total"
_FACET_VALUES = 1000
_SORTS: dict[str, list[Any]] = {
    "relevance": ["_score", "kind", "id"],
    "newest": [{"at": "desc"}, "kind", "id"],
    "votes": [{"votes": "desc"}, "kind", "id"],
}
_SHOWN: list[Any] = ["kind", "id", "factor", "title_*"]


def scope(audience: Collection[str], site_id: int, kinds: Sequence[str]) -> list[Any]:
    """Return what every result must be: seen by the viewer, of this site, of these kinds."""
    found = [Q("terms", audience=sorted(audience)), Q("terms", site=[EVERY_SITE, site_id])]
    return [*found, Q("terms", kind=list(kinds))] if kinds else found


def text_query(tree: Tree, *, required: int, slips: Collection[str] = ()) -> Any:
    """Return the scored part: how well a document answers the words; everything when there are none.

    `slips` are the words that the engine hardly knows: of those, one letter may be wrong.
    """
    if not tree.wanted:
        return Q("match_all")
    terms = [_term(term, slips) for term in tree.wanted]
    quoted = [near(term.words) for term in tree.wanted if term.quoted]
    matching = Q("bool", should=terms, minimum_should_match=min(required, len(terms)))
    return Q("bool", must=[matching], filter=quoted)


def near(words: Sequence[str]) -> Any:
    """Return words next to each other in any language's text."""
    return Q("bool", should=[_row(f"text_{language}", words) for language in LANGUAGES], minimum_should_match=1)


def limits(tree: Tree) -> Any:
    """Return what results must and must not be, facets' filters aside."""
    refused = [Q("terms", **{facet: list(values)}) for facet, values in tree.without.items() if facet in FACETS]
    refused += [near(term.words) for term in tree.unwanted]
    period: dict[str, int] = {}
    if tree.after:
        period["gte"] = int(tree.after.timestamp())
    if tree.before:
        period |= {"lt": int(tree.before.timestamp())}
        period.setdefault("gte", 1)
    return Q("bool", must_not=refused, filter=[Q("range", at=period)] if period else [])


def facet_filters(tree: Tree, *, leave_out: str = "") -> list[Any]:
    """Return the filters on facets, but for that on `leave_out`."""
    return [
        Q("terms", **{facet: list(values)})
        for facet, values in tree.filters.items()
        if facet != leave_out and facet in FACETS
    ]


def results_body(
    tree: Tree, text: Any, where: list[Any], *, sort: str, seen: Collection[Key], limit: int, facets: Sequence[str]
) -> Body:
    """Return the request for one page.

    Facets' filters, and what was shown before, come after the counting: so each facet counts what all others leave.
    """
    chosen = facet_filters(tree)
    shown = [Q("terms", key=[f"{kind}:{pk}" for kind, pk in sorted(seen)])] if seen else []
    matching = Q("bool", must=[text], filter=[*where, limits(tree)])
    search = Search().query(_weighed(matching)).post_filter(Q("bool", filter=chosen, must_not=shown))
    search.aggs.bucket(TOTAL, A("filter", Q("bool", filter=chosen)))
    for facet in facets:
        if facet in FACETS:
            among = A("filter", Q("bool", filter=facet_filters(tree, leave_out=facet)))
            search.aggs.bucket(facet, among).bucket("values", "terms", field=facet, size=_FACET_VALUES)
    order = sort if tree.wanted or sort != "relevance" else "newest"
    search = search.sort(*_SORTS.get(order, _SORTS["relevance"])).source(_SHOWN)
    search = search.extra(size=min(limit, WINDOW) + 1, track_scores=True, track_total_hits=False)
    return _plain(_highlighted(search, text))


def rarity_body(words: Iterable[str], where: list[Any]) -> Body:
    """Return the request that counts, for each word, in how many documents the viewer may see it stands."""
    search = Search().query(Q("bool", filter=where)).extra(size=0, track_total_hits=True)
    for word in words:
        search.aggs.bucket(word, A("filter", near((word,))))
    return _plain(search)


def suggest_body(words: Sequence[str], where: list[Any], *, limit: int, slips: bool) -> Body:
    """Return the request for titles with a word for each that was begun, so many of each kind."""
    search = Search().query(_weighed(Q("bool", must=[_begun(word, slips) for word in words], filter=where)))
    top = A("top_hits", size=limit, _source=_SHOWN, sort=_SORTS["relevance"], track_scores=True)
    search.aggs.bucket("kinds", "terms", field="kind", size=20).bucket("top", top)
    return _plain(search.extra(size=0))


def similar_body(
    weights: Mapping[str, tuple[float, bool]], where: list[Any], *, exclude: Collection[Key], limit: int, now: float
) -> Body:
    """Return the request for what shares words with a text, whole threads considered; the engine weighs how rare they
    are. What was written in lately before `now` ranks a little higher.
    """
    parts: dict[float, list[str]] = {}
    for word, (weight, _in_title) in weights.items():
        parts.setdefault(weight, []).append(word)
    titled = {"query": " ".join(word for word, (_weight, in_title) in weights.items() if in_title)}
    options = []
    for language in LANGUAGES:
        options += [
            Q("match", **{f"thread_{language}": {"query": " ".join(words), "boost": weight}})
            for weight, words in parts.items()
        ]
        options.append(Q("match", **{f"title_{language}": titled | {"boost": LIKENESS.title_clause}}))
    text = Q("bool", should=options, minimum_should_match=1)
    shown = [Q("terms", key=[f"{kind}:{pk}" for kind, pk in exclude])] if exclude else []
    matching = Q("bool", must=[text], filter=where, must_not=shown)
    search = Search().query(_freshened(_weighed(matching), now))
    search = search.sort(*_SORTS["relevance"]).source(_SHOWN).extra(size=limit, track_total_hits=False)
    return _plain(_highlighted(search, text))


def stored_body(after: str, size: int) -> Body:
    """Return the request for what is held, in the order of keys, above `after`."""
    search = Search().query(Q("range", key={"gt": after})).sort("key").source(["kind", "id", "fingerprint"])
    return _plain(search.extra(size=size, version=True, track_total_hits=False))


def _term(term: Term, slips: Collection[str]) -> Any:
    options = [_scored(term.words)]
    options += [_scored(words, boost=SYNONYM_WEIGHT) for words in term.alternatives]
    if len(term.words) == 1 and term.words[0] in slips:
        options += [
            Q("match", **{f"text_{language}": {"query": term.words[0], "fuzziness": 1, "boost": TYPO_WEIGHT}})
            for language in LANGUAGES
        ]
    return Q("dis_max", queries=options)


def _scored(words: Sequence[str], *, boost: float = 1.0) -> Any:
    """Return words next to each other in any language's text, a little more in the title."""
    return Q(
        "dis_max",
        queries=[
            Q("bool", should=[_row(f"text_{name}", words), _row(f"title_{name}", words, boost=TITLE_WEIGHT)])
            for name in LANGUAGES
        ],
        boost=boost,
    )


def _row(field: str, words: Sequence[str], *, boost: float = 1.0) -> Any:
    return Q("match_phrase", **{field: {"query": " ".join(words), "boost": boost}})


def _begun(word: str, slips: bool) -> Any:
    beginning = word[:LONGEST_BEGINNING]
    options = [Q("match", words=word), Q("constant_score", filter=Q("term", **{"words.begun": beginning}))]
    if slips and len(word) >= TYPO_LENGTH:
        slip = Q("fuzzy", **{"words.begun": {"value": beginning, "fuzziness": 1}})
        options.append(Q("constant_score", filter=slip, boost=0.1))
    return Q("bool", should=options, minimum_should_match=1)


def _weighed(matching: Any) -> Any:
    """Multiply the score of the text with the document's factor."""
    factor = {"field_value_factor": {"field": "factor", "missing": 1}}
    return Q("function_score", query=matching, functions=[factor], boost_mode="multiply")


def _freshened(matching: Any, now: float) -> Any:
    """Add to the score its share for what was last written in lately (`ranking.freshness`)."""
    scale = int(LIKENESS.fresh_days * 86_400)
    lately = {"exp": {"recency": {"origin": int(now), "scale": scale, "decay": 0.5}}, "weight": LIKENESS.fresh}
    return Q(
        "function_score", query=matching, functions=[{"weight": 1}, lately], score_mode="sum", boost_mode="multiply"
    )


def _highlighted(search: Any, text: Any) -> Any:
    marks = {"pre_tags": [OPEN], "post_tags": [CLOSE], "require_field_match": False}
    search = search.highlight_options(**marks, highlight_query=text.to_dict())
    for language in LANGUAGES:
        search = search.highlight(f"title_{language}", number_of_fragments=0)
        search = search.highlight(
            f"body_{language}", number_of_fragments=1, fragment_size=SNIPPET_LENGTH, no_match_size=SNIPPET_LENGTH
        )
    return search


def _plain(search: Any) -> Body:
    body: Body = search.to_dict()
    return body
