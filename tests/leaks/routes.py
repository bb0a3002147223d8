"""The table of routes: every route of the product and who may use it."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.urls import get_resolver, reverse

TABLE = tomllib.loads(Path(__file__).with_name("routes.toml").read_text())
SETS = TABLE["sets"]
ROUTES = TABLE["route"]
STAFF = set(SETS["staff"])
Route = Mapping[str, Any]


def allowed(route: Route) -> set[str]:
    """Return the personas who may use a route."""
    may = route["may"]
    return set(SETS[may] if isinstance(may, str) else may)


def words_of(route: Route, part: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the `args` or the `data` of a route, its words looked up in the values of a world."""
    return {name: values.get(word, word) for name, word in route.get(part, {}).items()}


def address(route: Route, values: Mapping[str, Any]) -> str:
    """Return the path of a route, in English."""
    return reverse(route["name"], kwargs=words_of(route, "args", values))


def route_names(patterns: Any = None, namespace: str = "") -> Iterator[str]:
    """Yield the name of every route of the project but those of the CMS."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if hasattr(pattern, "url_patterns"):
            if str(pattern.pattern) != "cms/":
                inner = ":".join(filter(None, (namespace, pattern.namespace)))
                yield from route_names(pattern.url_patterns, inner)
        elif pattern.name:
            yield ":".join(filter(None, (namespace, pattern.name)))
