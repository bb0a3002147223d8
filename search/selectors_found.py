"""Results as pages print them: what an engine found, with current facts and nothing the viewer may not see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from community.activity.subjects import Card, SearchDocument, subjects
from community.core.audience import may_see
from community.members.audience import tokens_of
from search import words
from search.port import Key
from search.selectors import Result


@dataclass(frozen=True, kw_only=True)
class Part:
    """One thing a score is made of; colleagues see these."""

    name: str
    value: float


@dataclass(frozen=True, kw_only=True)
class Found:
    """One result."""

    kind: str
    id: int
    type: str
    word: str
    """What readers call the type."""
    icon: str
    state: str
    """Of a topic, as `components/topic_state.html` knows it; `accepted` for an accepted answer; else empty."""
    title: str
    title_html: str
    """Escaped by the engine, with `<mark>` round what was asked for."""
    snippet_html: str
    url: str
    lang: str
    """The language of the text when it is not the page's; else empty."""
    lang_name: str
    category: str
    author: str
    at: datetime | None
    parts: tuple[Part, ...] = ()

    @property
    def thing(self) -> str:
        """Kind and id as forms carry them."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, kw_only=True)
class Group:
    """Results of one type."""

    name: str
    rows: tuple[Found, ...]
    url: str = ""
    """All of them; empty when these are all."""
    count: int = 0


def found_rows(hits: Sequence[Result], *, viewer: Any, site_id: int, language: str) -> tuple[Found, ...]:
    """Return what the viewer may see of `hits`, in their order, as it is now.

    Queries: a few for each kind.
    """
    documents = _documents(hits, tokens_of(viewer), site_id)
    names = cards_of(
        [key for document in documents.values() for key in (_category(document), _author(document)) if key]
    )
    staff = bool(getattr(viewer, "roles", ()))
    return tuple(
        _found(hit, documents[key], names, language, staff) for hit in hits if (key := (hit.kind, hit.id)) in documents
    )


def groups_of(rows: Iterable[Found]) -> list[Group]:
    """Return rows under their types, the type of the best one first."""
    by_type: dict[str, list[Found]] = {}
    for row in rows:
        by_type.setdefault(row.type, []).append(row)
    return [Group(name=words.type_group(name), rows=tuple(found)) for name, found in by_type.items()]


def cards_of(keys: Iterable[Key]) -> dict[Key, Card]:
    """Return the cards of things of any kinds. Queries: one or two for each kind."""
    by_kind: dict[str, set[int]] = {}
    for kind, pk in keys:
        by_kind.setdefault(kind, set()).add(pk)
    return {
        (kind, pk): card
        for kind, ids in by_kind.items()
        if kind in subjects
        for pk, card in subjects[kind].cards(ids).items()
    }


def visible_cards(keys: Iterable[Key], viewer: Any) -> dict[Key, Card]:
    """Return the cards of those things the viewer sees. Queries: two or three for each kind."""
    tokens, by_kind = tokens_of(viewer), dict[str, set[int]]()
    for kind, pk in keys:
        by_kind.setdefault(kind, set()).add(pk)
    seen = [
        (kind, pk)
        for kind, ids in by_kind.items()
        if kind in subjects
        for pk, audience in subjects[kind].audience(ids).items()
        if may_see(audience, tokens)
    ]
    return cards_of(seen)


def key_of(text: str) -> Key | None:
    """Return the kind and id that `kind:id` names; None for anything else."""
    kind, _colon, pk = text.rpartition(":")
    if kind not in subjects or not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    return kind, int(pk)


def path_in(path: str, language: str) -> str:
    """Return a card's path as readers of `language` have it."""
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"


def may_find(key: Key, viewer: Any) -> bool:
    """Tell whether a thing exists and the viewer sees it. Queries: 1."""
    audience = subjects[key[0]].audience([key[1]]).get(key[1], frozenset())
    return may_see(audience, tokens_of(viewer))


def _documents(hits: Sequence[Result], tokens: frozenset[str], site_id: int) -> dict[Key, SearchDocument]:
    by_kind: dict[str, set[int]] = {}
    for hit in hits:
        by_kind.setdefault(hit.kind, set()).add(hit.id)
    return {
        (kind, pk): document
        for kind, ids in by_kind.items()
        if kind in subjects
        for pk, document in subjects[kind].search_documents(ids, texts=False).items()
        if may_see(document.audience, tokens) and document.site_id in (None, site_id)
    }


def _category(document: SearchDocument) -> Key | None:
    return key_of(document.category) if document.category else None


def _author(document: SearchDocument) -> Key | None:
    return ("members.member", document.author_id) if document.author_id and document.type != "member" else None


def _found(hit: Result, document: SearchDocument, names: Mapping[Key, Card], language: str, staff: bool) -> Found:
    category, author = (names.get(key) if key else None for key in (_category(document), _author(document)))
    foreign = document.language if document.language != language and document.type != "member" else ""
    return Found(
        kind=hit.kind,
        id=hit.id,
        type=document.type,
        word=str(words.TYPES.get(document.type, document.type)),
        icon=words.ICONS.get(document.type, "circle"),
        state=document.state if document.type in ("question", "discussion", "answer") else "",
        title=hit.card.title,
        title_html=hit.title_html,
        snippet_html=hit.snippet_html,
        url=path_in(hit.card.url, language),
        lang=foreign,
        lang_name=words.language_name(foreign) if foreign else "",
        category=category.title if category else "",
        author=author.title if author else "",
        at=hit.card.at,
        parts=tuple(Part(name=str(words.PARTS.get(name, name)), value=value) for name, value in hit.explanation.items())
        if staff
        else (),
    )
