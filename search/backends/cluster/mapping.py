"""The index of the server engines: strict mapping, English and Spanish analysis, and the document's form in it.

Words are lower-cased and freed of accents before they are stemmed, as in the embedded engine, so both find the same.
"""

import json
from hashlib import sha256
from typing import Any

from elasticsearch.dsl import Document, Float, Keyword, Long, MetaField, Text, analyzer, token_filter, tokenizer

from community.activity.subjects import SearchDocument
from search.documents import facets_of, fingerprint
from search.parsing import clean
from search.ranking import TITLE_REPEATS, factor_of, repeats, thread_of

LANGUAGES = ("en", "es")
FALLBACK = "en"
"""Whose rules hold for a text in any other language."""
EVERY_SITE = 0
LONGEST_BODY = 20_000
LONGEST_BEGINNING = 15

_letters = tokenizer("letters", "char_group", tokenize_on_chars=["whitespace", "punctuation", "symbol"])
_stemmers = {
    "en": token_filter("stems_en", "stemmer", language="porter2"),
    "es": token_filter("stems_es", "stemmer", language="light_spanish"),
}
_folded = analyzer("folded", tokenizer=_letters, filter=["lowercase", "asciifolding"])
_beginnings = token_filter("beginnings", "edge_ngram", min_gram=1, max_gram=LONGEST_BEGINNING)
_begun = analyzer("begun", tokenizer=_letters, filter=["lowercase", "asciifolding", _beginnings])
_analyzers = {
    language: analyzer(f"folded_{language}", tokenizer=_letters, filter=["lowercase", "asciifolding", stemmer])
    for language, stemmer in _stemmers.items()
}


class Indexed(Document):
    """The fields: `text_*` has title and body, `thread_*` the replies as well, `words` what is found as one types."""

    key = Keyword()
    kind = Keyword()
    id = Long()
    site = Long()
    audience = Keyword()
    type = Keyword()
    category = Keyword()
    tag = Keyword()
    solved = Keyword()
    language = Keyword()
    author = Keyword()
    at = Long()
    recency = Long()
    votes = Long()
    factor = Float()
    fingerprint = Keyword()
    words = Text(analyzer=_folded, fields={"begun": Text(analyzer=_begun, search_analyzer=_folded)})
    text_en = Text(analyzer=_analyzers["en"])
    text_es = Text(analyzer=_analyzers["es"])
    thread_en = Text(analyzer=_analyzers["en"], index_options="freqs")
    thread_es = Text(analyzer=_analyzers["es"], index_options="freqs")
    title_en = Text(analyzer=_analyzers["en"])
    title_es = Text(analyzer=_analyzers["es"])
    body_en = Text(analyzer=_analyzers["en"], norms=False)
    body_es = Text(analyzer=_analyzers["es"], norms=False)

    class Meta:
        dynamic = MetaField("strict")
        source = MetaField(excludes=["text_*", "thread_*", "words"])

    class Index:
        settings = {  # noqa: RUF012 elasticsearch.dsl wants a plain dict
            "number_of_shards": 1,
            "number_of_replicas": 0,
            "gc_deletes": "1h",
        }


def index_body() -> dict[str, Any]:
    """Return what an index is made with; `_meta.layout` names the version of it."""
    body: dict[str, Any] = json.loads(json.dumps(Indexed._index.to_dict()))
    body["mappings"]["_meta"] = {"layout": layout(), "filled": False}
    return body


def layout() -> str:
    """Name what an index must have been made with to be used by this code."""
    told = [Indexed._index.to_dict(), TITLE_REPEATS, repeats(), LONGEST_BODY]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:8]


def source_of(document: SearchDocument) -> dict[str, Any]:
    """Return the engine's form of a document."""
    title, body = clean(document.title), clean(document.body)[:LONGEST_BODY]
    language = document.language[:2] if document.language[:2] in LANGUAGES else FALLBACK
    return {
        "key": f"{document.kind}:{document.id}",
        "kind": document.kind,
        "id": document.id,
        "site": document.site_id or EVERY_SITE,
        "audience": sorted(document.audience),
        **{facet: list(values) for facet, values in facets_of(document).items()},
        "at": int(document.at.timestamp()) if document.at else 0,
        "recency": int(document.signals.get("recency", 0)),
        "votes": int(document.signals.get("votes", 0)),
        "factor": factor_of(document),
        "fingerprint": fingerprint(document),
        "words": "\n".join([title, *document.aliases]) if document.titled else "",
        f"text_{language}": [*[title] * TITLE_REPEATS, *document.aliases, body],
        f"thread_{language}": clean(thread_of(document)),
        f"title_{language}": title,
        f"body_{language}": body,
    }
