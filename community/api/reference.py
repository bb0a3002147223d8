"""The reference people read: the schema, turned into rows for one page."""

from dataclasses import dataclass
from typing import Any

from community.api.conversation import READ_RATE, VISITOR_RATE, WRITE_RATE
from community.api.scopes import SCOPES
from community.api.server import schema
from community.core.limits import parse_rate
from community.core.problems import FAULTS


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value that is sent or answered."""

    name: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True, kw_only=True)
class OperationRow:
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    scope: str
    visitors: bool
    """Whether it answers without a token."""
    parameters: tuple[Value, ...]
    body: tuple[Value, ...]
    answer: str
    """Name of what it answers; empty for nothing."""
    answer_id: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """The operations on one kind of thing."""

    name: str
    operations: tuple[OperationRow, ...]


@dataclass(frozen=True, kw_only=True)
class Thing:
    """Something operations answer."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True)
class ReferencePage:
    """The whole reference."""

    groups: tuple[Group, ...]
    things: tuple[Thing, ...]
    scopes: tuple[tuple[str, str], ...]
    faults: tuple[tuple[int, str], ...]
    reads: int
    writes: int
    visitors: int
    """Requests a minute."""


def reference_page() -> ReferencePage:
    """Return the reference in the active language. Queries: 0."""
    made = schema()
    groups: dict[str, list[OperationRow]] = {}
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_operation(method, path, operation, made))
    things = _answered([one["responses"] for each in made["paths"].values() for one in each.values()], made, {})
    return ReferencePage(
        groups=tuple(Group(name=name, operations=tuple(rows)) for name, rows in groups.items()),
        things=tuple(
            Thing(name=name, values=_fields(thing, made))
            for name, thing in sorted(things.items())
            if not name.startswith("Listed")
        ),
        scopes=tuple((name, str(label)) for name, label in SCOPES.items()),
        faults=tuple((status, str(fault.title)) for status, fault in FAULTS.items()),
        reads=parse_rate(READ_RATE)[0],
        writes=parse_rate(WRITE_RATE)[0],
        visitors=parse_rate(VISITOR_RATE)[0],
    )


def _operation(method: str, path: str, operation: dict[str, Any], made: dict[str, Any]) -> OperationRow:
    asks = operation.get("security", [{}])
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    answered: dict[str, Any] = next(
        (answer for code, answer in operation["responses"].items() if str(code).startswith("2")), {}
    )
    shown = answered.get("content", {}).get("application/json", {}).get("schema", {})
    answer = _type(shown, made) if shown else ""
    return OperationRow(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        scope=next(iter(asks[0].get("Scope", [])), ""),
        visitors={} in asks,
        parameters=tuple(
            Value(
                name=parameter["name"],
                type=_type(parameter["schema"], made),
                required=parameter["required"],
                description=parameter.get("description", ""),
            )
            for parameter in operation["parameters"]
        ),
        body=_fields(_resolved(body, made), made),
        answer=answer,
        answer_id=answer.removesuffix("[]"),
    )


def _answered(part: Any, made: dict[str, Any], found: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the things that `part` of the schema leads to, by name; `found` is filled on the way."""
    if isinstance(part, dict):
        name = str(part.get("$ref", "")).rpartition("/")[2]
        if name and name not in found:
            found[name] = made["components"]["schemas"][name]
            _answered(found[name], made, found)
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for each in inner:
        _answered(each, made, found)
    return found


def _resolved(part: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    name = part.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = made["components"]["schemas"].get(name, part)
    return found


def _fields(thing: dict[str, Any], made: dict[str, Any]) -> tuple[Value, ...]:
    required = thing.get("required", [])
    return tuple(
        Value(
            name=name,
            type=_type(part, made),
            required=name in required,
            description=part.get("description", ""),
        )
        for name, part in thing.get("properties", {}).items()
    )


def _type(part: dict[str, Any], made: dict[str, Any]) -> str:
    """Return a type in a few words: `integer`, `string | null`, `Post[]`."""
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        thing = made["components"]["schemas"][name]
        return _type(thing["properties"]["items"], made) if name.startswith("Listed") else name
    if "anyOf" in part:
        return " | ".join(dict.fromkeys(_type(each, made) for each in part["anyOf"]))
    if "enum" in part:
        return " | ".join(str(value) for value in part["enum"] if value != "")
    if "const" in part:
        return str(part["const"])
    if part.get("type") == "array":
        return f"{_type(part['items'], made)}[]"
    return str(part.get("format") or part.get("type", ""))
