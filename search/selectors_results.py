"""The results page: what was found, what would narrow it, and ways on when nothing was."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from search import words
from search.documents import chunks
from search.params import SINCE, Params
from search.parsing import parse
from search.port import FACETS, Unavailable
from search.selectors import Results, search
from search.selectors_found import Found, Group, cards_of, found_rows, groups_of, key_of, may_find

PAGE_SIZE = 20
VALUES_SHOWN = {"type": 8, "solved": 2, "category": 8, "tag": 8, "author": 5, "language": 6}
_THINGS = {"category": "", "author": "members.member:"}
"""Facets whose values stand for things: what makes a value the thing's `kind:id`."""
_NAMED_AT_ONCE = 8


@dataclass(frozen=True, kw_only=True)
class Value:
    """One way to narrow the results."""

    text: str
    lang: str
    count: int | None
    url: str
    """The results with it; without it when it is on."""
    is_on: bool


@dataclass(frozen=True, kw_only=True)
class Facet:
    """The values of one property of the results."""

    name: str
    head: str
    values: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A filter that is on; its address is that of the results without it."""

    text: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Broader:
    """The same words, asked for less strictly."""

    text: str
    total: int
    url: str


@dataclass(frozen=True, kw_only=True)
class ResultsPage:
    """One page of results."""

    params: Params
    rows: tuple[Found, ...]
    """In the order they are shown in."""
    groups: tuple[Group, ...]
    total: int
    facets: tuple[Facet, ...]
    orders: tuple[Value, ...]
    filters: tuple[Filter, ...]
    plain_url: str
    next_url: str
    meant: str
    """Words that may have been meant."""
    meant_url: str
    misread: tuple[str, ...]
    """Operators whose value means nothing, as typed."""
    foreign: int
    """How many are in another language than the page."""
    foreign_name: str
    foreign_url: str
    unfiltered: int
    """How many there are without any filter; 0 when something was found or nothing filters."""
    broader: tuple[Broader, ...]

    @property
    def first(self) -> int:
        """The place of the first row; 0 without any."""
        return self.params.start + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The place of the last row."""
        return self.params.start + len(self.rows)


def results_page(params: Params, *, site: Any, viewer: Any, language: str, here: str) -> ResultsPage:
    """Return what the words find. Raises: Unavailable when the engine does not answer.

    Queries: a few for each kind of thing found, for names of categories and authors, and for synonyms.
    """
    look = _Look(site=site, viewer=viewer, language=language)
    page = look.find(params, facets=FACETS)
    rows = found_rows(page.results, viewer=viewer, site_id=site.pk, language=language)
    groups = _groups(rows, params, page, here)
    shown = tuple(row for group in groups for row in group.rows)
    foreign = _foreign(page, language)
    following = replace(params, cursor=page.next_cursor, start=params.start + len(rows))
    return ResultsPage(
        params=params,
        rows=shown,
        groups=groups,
        total=page.total,
        facets=tuple(_facets(params, page, look, here)) if page.total or params.filters else (),
        orders=tuple(_orders(params, here)),
        filters=tuple(_filters(params, viewer, here)),
        plain_url=f"{here}?{params.plain().address()}",
        next_url=f"{here}?{following.address()}" if page.next_cursor else "",
        meant=page.did_you_mean,
        meant_url=f"{here}?{replace(params.to_top(), text=page.did_you_mean).address()}",
        misread=page.misread,
        foreign=sum(foreign.values()),
        foreign_name=words.language_name(next(iter(foreign))) if len(foreign) == 1 else "",
        foreign_url=_foreign_url(params, foreign, here),
        unfiltered=look.find(params.plain()).total if not page.total and params.is_narrowed else 0,
        broader=tuple(_broader(params, look, here)) if not page.total and not params.is_narrowed else (),
    )


@dataclass(frozen=True, kw_only=True)
class _Look:
    """One viewer on one site."""

    site: Any
    viewer: Any
    language: str

    def find(self, params: Params, *, facets: tuple[str, ...] = ()) -> Results:
        found = search(
            text=params.engine_text,
            viewer=self.viewer,
            site=self.site,
            language=self.language,
            filters=params.filters,
            sort=params.sort,
            cursor=params.cursor,
            limit=PAGE_SIZE if facets else 0,
            facets=facets,
        )
        if not found.available:
            raise Unavailable
        return found


def _groups(rows: tuple[Found, ...], params: Params, page: Results, here: str) -> tuple[Group, ...]:
    """Return rows under their types when the best ones of everything are shown, else as they come."""
    if params.sort != "relevance" or params.filters.get("type") or not rows:
        return (Group(name=_("Results"), rows=rows),) if rows else ()
    counts = page.facets.get("type", {})
    return tuple(
        replace(
            group,
            count=counts.get(group.rows[0].type, len(group.rows)),
            url=f"{here}?{params.with_value('type', group.rows[0].type).address()}",
        )
        for group in groups_of(rows)
    )


def _facets(params: Params, page: Results, look: _Look, here: str) -> Iterator[Facet]:
    """Return how the results can be narrowed, with how many each way would leave."""
    for name, most in VALUES_SHOWN.items():
        counted = dict(page.facets.get(name, {}))
        chosen = params.filters.get(name, ())
        counted |= {value: 0 for value in chosen if value not in counted}
        ordered = sorted(counted.items(), key=lambda item: (item[0] not in chosen, -item[1], item[0]))
        shown = list(islice(_named(name, ordered, chosen), most))
        if len(shown) > 1 or chosen:
            values = tuple(_value(params, name, value, count, known, here) for value, count, known in shown)
            yield Facet(name=name, head=str(words.FACET_HEADS[name]), values=values)
    yield _dates(params, look, here)


def _named(
    facet: str, ordered: Sequence[tuple[str, int]], chosen: tuple[str, ...]
) -> Iterator[tuple[str, int, Mapping[str, str]]]:
    """Yield each value with its count and the titles known; a thing that is gone is left out unless it is chosen.

    A thousand authors may be counted and five are shown, so cards are read as far as somebody looks.
    Queries: one or two for every `_NAMED_AT_ONCE` values that stand for things.
    """
    if facet not in _THINGS:
        yield from ((value, count, {}) for value, count in ordered)
        return
    for part in chunks(ordered, _NAMED_AT_ONCE):
        keys = {key: value for value, count in part if count and (key := key_of(_THINGS[facet] + value))}
        known = {keys[key]: card.title for key, card in cards_of(keys).items()}
        yield from ((value, count, known) for value, count in part if value in known or value in chosen)


def _value(params: Params, facet: str, value: str, count: int, known: Mapping[str, str], here: str) -> Value:
    is_on = value in params.filters.get(facet, ())
    changed = params.without_value(facet, value) if is_on else params.with_value(facet, value)
    return Value(
        text=value_text(facet, value, known),
        lang=value if facet == "language" else "",
        count=count,
        url=f"{here}?{changed.address()}",
        is_on=is_on,
    )


def value_text(facet: str, value: str, known: Mapping[str, str]) -> str:
    """Return a value in words."""
    if facet == "type":
        return words.type_group(value)
    if facet == "solved":
        return str(words.SOLVED.get(value, value))
    return words.language_name(value) if facet == "language" else known.get(value, value)


def _dates(params: Params, look: _Look, here: str) -> Facet:
    """Return the periods, each with how many results it holds."""
    periods = [replace(params.to_top(), since=since) for since in SINCE]
    values = [
        Value(
            text=str(words.PERIODS[period.since]),
            lang="",
            count=look.find(period).total,
            url=f"{here}?{replace(period, since='' if period.since == params.since else period.since).address()}",
            is_on=period.since == params.since,
        )
        for period in periods
    ]
    return Facet(name="since", head=str(words.FACET_HEADS["since"]), values=tuple(values))


def _orders(params: Params, here: str) -> Iterator[Value]:
    for name, text in words.ORDERS.items():
        url = f"{here}?{replace(params.to_top(), sort=name).address()}"
        yield Value(text=str(text), lang="", count=None, url=url, is_on=name == params.sort)


def _filters(params: Params, viewer: Any, here: str) -> Iterator[Filter]:
    """Return what is on, in words; a place or person the viewer may not see stays a number."""
    keys = [key_of(value) for value in params.filters.get("category", ())]
    keys += [key_of(f"members.member:{value}") for value in params.filters.get("author", ())]
    known = {}
    for (kind, pk), card in cards_of(key for key in keys if key and may_find(key, viewer)).items():
        known[str(pk) if kind == "members.member" else f"{kind}:{pk}"] = card.title
    for facet, values in params.filters.items():
        for value in values:
            url = f"{here}?{params.without_value(facet, value).address()}"
            yield Filter(text=value_text(facet, value, known), url=url)
    if params.since:
        url = f"{here}?{replace(params.to_top(), since='').address()}"
        yield Filter(text=str(words.PERIODS[params.since]), url=url)


def _foreign(page: Results, language: str) -> dict[str, int]:
    return {code: count for code, count in page.facets.get("language", {}).items() if code != language and count}


def _foreign_url(params: Params, foreign: Mapping[str, int], here: str) -> str:
    asked = replace(params.to_top(), filters={**params.filters, "language": tuple(foreign)})
    return f"{here}?{asked.address()}"


def _broader(params: Params, look: _Look, here: str) -> Iterator[Broader]:
    """Return the words without what narrows them (quotes, a minus, `tag:` and the like), where they find something."""
    tree = parse(params.text)
    words_alone = Params(text=" ".join(term.text for term in tree.wanted))
    if words_alone.text and words_alone.text != params.text.lower() and (total := look.find(words_alone).total):
        yield Broader(text=words_alone.text, total=total, url=f"{here}?{words_alone.address()}")
