"""Queries whose SQL is made once: on the busiest pages making it costs several times what running it does."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler

MOST = 25
_SLOT = 1_900_000_000
"""From here on numbers are stand-ins for what is known only when the query runs: no query of ours has such a number."""
_WORD_SLOT = "\ue000 a word to fill in \ue000"
_Converter = tuple[int, tuple[Any, Any]]
_Made = tuple[str, list[Any], list[_Converter], SQLCompiler]


class Prepared:
    """A `values_list` query with whole numbers and words to fill in.

    Args:
        build: given a stand-in for each of them by name, returns the query. It must depend on nothing else.
        numbers: their names.
        many: the name of a list of at most MOST numbers, for `__in`; `build` gets it as a list, too.
        word: the name of one that is text, to be compared as it is.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *numbers: str, many: str = "", word: str = "") -> None:
        self._build = build
        self._numbers = numbers
        self._many = many
        self._word = word
        self._made: _Made | None = None

    def __call__(self, **filling: Any) -> list[tuple[Any, ...]]:
        """Return the rows; none for an empty list. Raises: ValueError for a list of more than MOST. Queries: 1."""
        values = [filling[name] for name in self._numbers]
        if self._many:
            few = list(filling[self._many])
            if not few:
                return []
            if len(few) > MOST:
                raise ValueError(f"{self._many}: more than {MOST}")
            values += few + few[:1] * (MOST - len(few))
        sql, params, converters, _compiler = self._made or self._make()
        word = filling.get(self._word)
        filled = [
            values[param - _SLOT] if _is_slot(param) else word if param == _WORD_SLOT else param for param in params
        ]
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.cursor() as cursor:
            cursor.execute(sql, filled)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return [_converted(row, converters, connection) for row in rows] if converters else rows

    def _make(self) -> "_Made":
        slots: dict[str, Any] = {name: _SLOT + place for place, name in enumerate(self._numbers)}
        if self._word:
            slots[self._word] = _WORD_SLOT
        if self._many:
            slots[self._many] = [_SLOT + len(self._numbers) + place for place in range(MOST)]
        compiler = self._build(**slots).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([column[0] for column in compiler.select])
        self._made = sql, list(params), list(converters.items()), compiler
        return self._made


def _is_slot(param: Any) -> bool:
    return isinstance(param, int) and param >= _SLOT


def _converted(row: tuple[Any, ...], converters: Iterable[_Converter], connection: Any) -> tuple[Any, ...]:
    values = list(row)
    for place, (convert, expression) in converters:
        for step in convert:
            values[place] = step(values[place], expression, connection)
    return tuple(values)


class PreparedObjects(Prepared):
    """The same for a query of objects, with what it selects, annotates and leaves out; nothing prefetched."""

    def __call__(self, **filling: Any) -> list[Any]:
        """Return the objects; none for an empty list. Queries: 1."""
        if len(filling.get(self._many, ())) > MOST:
            return list(self._build(**filling))
        rows = super().__call__(**filling)
        if not rows or self._made is None:
            return []
        compiler: Any = self._made[-1]
        model, fields = compiler.klass_info["model"], compiler.klass_info["select_fields"]
        first, last = fields[0], fields[-1] + 1
        names = [column[0].target.attname for column in compiler.select[first:last]]
        related = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)
        return [self._loaded(model.from_db(DEFAULT_DB_ALIAS, names, row[first:last]), row, related) for row in rows]

    def _loaded(self, one: Any, row: tuple[Any, ...], related: list[Any]) -> Any:
        for populator in related:
            populator.populate(row, one)
        for name, place in self._made[-1].annotation_col_map.items():  # type: ignore[index, union-attr]
            setattr(one, name, row[place])
        return one


class Columns:
    """Some columns of a model, to be read by a `Prepared` and made into objects as `only()` would."""

    def __init__(self, model: type[Model], *names: str) -> None:
        wanted = {"id", *names}
        self._model = model
        self.names = [field.attname for field in model._meta.concrete_fields if field.attname in wanted]

    def __len__(self) -> int:
        return len(self.names)

    def of(self, relation: str) -> list[str]:
        """Return the names as a query on a related model calls them."""
        return [f"{relation}__{name}" for name in self.names]

    def loaded(self, values: Sequence[Any], **related: Any) -> Any:
        """Return the object a row begins with; any other column costs a query when it is asked for.

        As `from_db` makes it, with what it is related to, but without its signals: a topic page has forty of them, and
        this takes an eighth of the time.
        """
        one = self._model.__new__(self._model)
        one.__dict__.update(zip(self.names, values, strict=False))
        one._state = state = ModelState()
        state.adding, state.db, state.fields_cache = False, DEFAULT_DB_ALIAS, related  # type: ignore[assignment]
        return one
