"""Fields and analysis of the embedded index.

Words are lower-cased, freed of accents, then stemmed: `contrasena` finds `contraseña`. A document's text stands in the
field of its language; a question is asked of all languages.
"""

import json
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple
from zlib import crc32

from tantivy import Document, Filter, Index, Schema, SchemaBuilder, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from community.activity.subjects import SearchDocument
from search.documents import facets_of, fingerprint
from search.parsing import clean
from search.ranking import TITLE_REPEATS, factor_of, repeats, thread_of

LANGUAGES = {"en": "english", "es": "spanish"}
FALLBACK = "en"
"""Whose rules hold for a text in any other language."""
FORMAT = 2
"""Grows when documents must be written anew for a change of the code below."""
STORED_BODY = 20_000
LONGEST_WORD = 40
EVERY_SITE = 0
FACET_FIELDS = ("type", "category", "tag", "solved", "language", "author")


def _analyzer(language: str = "") -> TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.remove_long(LONGEST_WORD))
    builder = builder.filter(Filter.lowercase()).filter(Filter.ascii_fold())
    return (builder.filter(Filter.stemmer(language)) if language else builder).build()


_ANALYZERS = {name: _analyzer(stemmer) for name, stemmer in LANGUAGES.items()} | {"": _analyzer()}


class Shown(NamedTuple):
    """What the index keeps of a document to show it."""

    kind: str
    id: int
    language: str
    title: str
    body: str
    fingerprint: str


def shown_of(stored: Document) -> Shown | None:
    """Return what was kept of a document; None of a tombstone."""
    kept = stored.get_first("shown")
    return Shown(*json.loads(kept)) if kept else None


@lru_cache(maxsize=20_000)
def stems(language: str, word: str) -> tuple[str, ...]:
    """Return the indexed forms of a word or words; language "" only folds."""
    return tuple(_ANALYZERS[language].analyze(word))


def build_schema() -> Schema:
    """Return the schema. Integers are signed: an unsigned field fed a Python int kills tantivy's writer thread."""
    builder = SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("shown", stored=True)
    builder.add_text_field("audience", tokenizer_name="raw", index_option="basic")
    for name in FACET_FIELDS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("site", indexed=True)
    for name in ("id", "kind_code", "version", "at", "recency", "votes"):
        builder.add_integer_field(name, stored=name == "version", indexed=True, fast=True)
    builder.add_float_field("factor", fast=True)
    for language in LANGUAGES:
        builder.add_text_field(f"text_{language}", tokenizer_name=f"folded_{language}")
        builder.add_text_field(f"title_{language}", tokenizer_name=f"folded_{language}")
    builder.add_text_field("words", tokenizer_name="folded_")
    builder.add_text_field("thread", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def register(index: Index) -> None:
    """Tell an opened index how words are taken apart."""
    for language, analyzer in _ANALYZERS.items():
        index.register_tokenizer(f"folded_{language}", analyzer)


def layout() -> str:
    """Name what an index must have been made with to be read by this code."""
    made_with = (FORMAT, LANGUAGES, TITLE_REPEATS, repeats(), STORED_BODY, LONGEST_WORD)
    return sha256(repr(made_with).encode()).hexdigest()[:8]


def to_tantivy(document: SearchDocument) -> Document:
    """Return the index's form of a document."""
    title, body = clean(document.title), clean(document.body)
    language = document.language[:2] if document.language[:2] in LANGUAGES else FALLBACK
    made = Document()
    for name, text in (
        ("key", f"{document.kind}:{document.id}"),
        ("kind", document.kind),
        *((f"text_{language}", part) for part in [*[title] * TITLE_REPEATS, *document.aliases, body]),
        (f"title_{language}", title),
        ("thread", " ".join(_ANALYZERS[language].analyze(clean(thread_of(document))))),
        ("words", "\n".join([title, *document.aliases]) if document.titled else ""),
    ):
        made.add_text(name, text)
    shown = Shown(document.kind, document.id, language, title, body[:STORED_BODY], fingerprint(document))
    made.add_bytes("shown", json.dumps(shown, ensure_ascii=False).encode())
    for token in sorted(document.audience):
        made.add_text("audience", token)
    for facet, values in facets_of(document).items():
        for value in values:
            made.add_text(facet, value)
    made.add_integer("site", document.site_id or EVERY_SITE)
    made.add_integer("id", document.id)
    made.add_integer("kind_code", kind_code(document.kind))
    made.add_integer("version", document.version)
    made.add_integer("at", int(document.at.timestamp()) if document.at else 0)
    made.add_integer("recency", int(document.signals.get("recency", 0)))
    made.add_integer("votes", int(document.signals.get("votes", 0)))
    made.add_float("factor", factor_of(document))
    return made


def kind_code(kind: str) -> int:
    """Return the number that stands for a kind where the index keeps numbers only."""
    return crc32(kind.encode())


def tombstone(kind: str, pk: int, version: int) -> Document:
    """Return what is left of a deleted thing: nobody finds it, and an older write cannot bring it back."""
    made = Document()
    made.add_text("key", f"{kind}:{pk}")
    made.add_integer("version", version)
    return made
