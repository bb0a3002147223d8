"""What people type, as a small tree: one parser for every engine. Nothing that can be typed is an error.

printer "paper jam" -inkjet tag:wifi type:question solved:yes author:ana before:2026-03 after:2025
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from search.port import Query, Synonyms
from search.stopwords import STOP_WORDS

MAX_LENGTH = 400
MAX_TERMS = 32
_TOKEN = re.compile(
    r'(?P<minus>-)?(?:(?P<name>[^\W\d_]{2,12}):)?(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))', re.UNICODE
)
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_OPERATORS = {
    "tag": "tag",
    "etiqueta": "tag",
    "author": "author",
    "autor": "author",
    "type": "type",
    "tipo": "type",
    "solved": "solved",
    "resuelta": "solved",
    "language": "language",
    "idioma": "language",
    "category": "category",
    "before": "before",
    "antes": "before",
    "after": "after",
    "desde": "after",
}
_YES = {"yes", "y", "true", "1", "si", "sí"}
_TYPES = {
    "pregunta": "question",
    "debate": "discussion",
    "respuesta": "answer",
    "articulo": "article",
    "artículo": "article",
    "miembro": "member",
    "person": "member",
    "people": "member",
    "persona": "member",
}


@dataclass(frozen=True)
class Term:
    """One thing asked for: words that must stand next to each other; often a single one."""

    words: tuple[str, ...]
    quoted: bool = False
    alternatives: tuple[tuple[str, ...], ...] = ()
    """Synonyms that serve as well."""

    @property
    def text(self) -> str:
        """The words with spaces between them."""
        return " ".join(self.words)


@dataclass(frozen=True)
class Tree:
    """What was asked."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    after: datetime | None = None
    before: datetime | None = None
    misread: tuple[str, ...] = ()
    """Operators whose value means nothing, as typed."""

    @property
    def required(self) -> int:
        """How many of the wanted terms a result must have: all of two, three fifths of more."""
        count = len(self.wanted)
        return count if count <= 2 else -(-count * 3 // 5)


def clean(text: str) -> str:
    """Return `text` as engines can take it: composed, without control and private characters."""
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    return "".join(" " if unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") else char for char in text)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text: letters and digits, in lower case."""
    return tuple(word.lower() for word in _WORD.findall(text))


def parse(text: str, *, synonyms: Synonyms = ()) -> Tree:
    """Return the tree of what was typed; of very long input only the beginning. Never raises."""
    wanted: list[Term] = []
    unwanted: list[Term] = []
    filters: dict[str, tuple[str, ...]] = {}
    without: dict[str, tuple[str, ...]] = {}
    dates: dict[str, datetime] = {}
    misread: list[str] = []
    for match in _TOKEN.finditer(clean(text[:MAX_LENGTH])):
        value = match["phrase"] if match["phrase"] is not None else match["word"]
        operator = _OPERATORS.get((match["name"] or "").lower())
        if operator in ("before", "after"):
            moment = _moment(value)
            if moment is None:
                misread.append(match[0])
            else:
                dates[operator] = moment
        elif operator:
            facet_value = _facet_value(operator, value)
            chosen = without if match["minus"] else filters
            if facet_value:
                chosen[operator] = (*chosen.get(operator, ()), facet_value)
            else:
                misread.append(match[0])
        else:
            words = words_of(f"{match['name'] or ''} {value}")
            target = unwanted if match["minus"] else wanted
            if words and len(wanted) + len(unwanted) < MAX_TERMS:
                target.append(Term(words, quoted=match["phrase"] is not None))
    return Tree(
        wanted=_with_synonyms(_without_stop_words(wanted), synonyms),
        unwanted=tuple(unwanted),
        filters=filters,
        without=without,
        misread=tuple(misread),
        **dates,
    )


def tree_of(query: Query) -> Tree:
    """Return the tree of a query, its own filters joined in: what both name, both must allow."""
    tree = parse(query.text, synonyms=query.synonyms)
    filters = _authors_by_id(tree.filters, query.author_ids)
    for facet, values in query.filters.items():
        if values:
            typed = filters.get(facet)
            filters[facet] = tuple(value for value in values if value in typed) or ("",) if typed else tuple(values)
    return replace(tree, filters=filters, without=_authors_by_id(tree.without, query.author_ids))


def _authors_by_id(filters: Mapping[str, tuple[str, ...]], ids: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Put ids in the place of handles; a handle nobody has finds nothing."""
    by_id = dict(filters)
    if "author" in by_id:
        by_id["author"] = tuple(str(ids.get(handle, "")) for handle in by_id["author"])
    return by_id


def _without_stop_words(terms: list[Term]) -> tuple[Term, ...]:
    """Words that say nothing are left out, unless nothing else was asked for."""
    telling = [term for term in terms if term.quoted or len(term.words) > 1 or term.words[0] not in STOP_WORDS]
    return tuple(dict.fromkeys(telling or terms))


def _with_synonyms(terms: tuple[Term, ...], synonyms: Synonyms) -> tuple[Term, ...]:
    """Give each term what means the same; a synonym of several words is found across neighbouring terms."""
    groups = [tuple(dict.fromkeys(filter(None, map(words_of, group)))) for group in synonyms]
    joined = list(_joined(terms, {words for group in groups for words in group if len(words) > 1}))
    return tuple(
        replace(term, alternatives=tuple(dict.fromkeys(_others(term.words, groups)))) if not term.quoted else term
        for term in joined
    )


def _others(words: tuple[str, ...], groups: Iterable[tuple[tuple[str, ...], ...]]) -> Iterable[tuple[str, ...]]:
    return (other for group in groups if words in group for other in group if other != words)


def _joined(terms: tuple[Term, ...], phrases: set[tuple[str, ...]]) -> Iterable[Term]:
    """Join neighbours that together are a known phrase."""
    longest = max((len(phrase) for phrase in phrases), default=0)
    position = 0
    while position < len(terms):
        for length in range(min(longest, len(terms) - position), 1, -1):
            part = terms[position : position + length]
            words = tuple(word for term in part for word in term.words)
            if words in phrases and not any(term.quoted for term in part):
                yield Term(words)
                position += length
                break
        else:
            yield terms[position]
            position += 1


def _facet_value(operator: str, value: str) -> str:
    value = value.strip().lower()
    if operator == "solved":
        return "yes" if value in _YES else "no" if value in ("no", "n", "false", "0") else ""
    if operator == "type":
        return _TYPES.get(value, value)
    return value.removeprefix("@") if operator == "author" else value


def _moment(value: str) -> datetime | None:
    """Return the start of a year, month or day."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", value.strip(), re.ASCII)
    try:
        return datetime(int(match[1]), int(match[2] or 1), int(match[3] or 1), tzinfo=UTC) if match else None
    except ValueError:
        return None
