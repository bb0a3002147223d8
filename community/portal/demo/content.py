"""The demo communities as typed data, read from `brisa.toml` and `faro.toml`; words are kept apart from code."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class DemoReply:
    """One reply; `age` is hours before the seed."""

    by: str
    age: float
    text: str
    accepted: bool = False
    helpful: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DemoTopic:
    """One topic with its replies, by category slug and handles."""

    category: str
    by: str
    age: float
    title: str
    text: str
    tags: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    replies: tuple[DemoReply, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DemoContent:
    """All of it; members, accounts, categories and brand as the services' keyword arguments."""

    brand: dict[str, Any]
    members: tuple[dict[str, Any], ...]
    accounts: tuple[dict[str, Any], ...]
    categories: tuple[dict[str, Any], ...]
    topics: tuple[DemoTopic, ...]
    held: tuple[dict[str, Any], ...]
    """Texts that screening holds, by members who write nothing else."""
    changes: tuple[dict[str, Any], ...]
    """A text, and what its author would make of it."""
    reports: tuple[dict[str, Any], ...]


def demo_content(name: str = "brisa") -> DemoContent:
    """Read the file of a brand. Raises: TypeError for a field that is not known."""
    data = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return DemoContent(
        brand=data["brand"],
        members=(*data["members"], *data.get("newcomers", ())),
        accounts=tuple(data.get("accounts", ())),
        categories=tuple(data["categories"]),
        topics=tuple(_topic(row) for row in data["topics"]),
        held=tuple(data.get("held", ())),
        changes=tuple(data.get("changes", ())),
        reports=tuple(data.get("reports", ())),
    )


def _topic(row: dict[str, Any]) -> DemoTopic:
    replies = (DemoReply(**(reply | _tuples(reply, "helpful"))) for reply in row.get("replies", ()))
    return DemoTopic(**(row | _tuples(row, "tags", "same") | {"replies": tuple(replies)}))


def _tuples(row: dict[str, Any], *names: str) -> dict[str, tuple[Any, ...]]:
    return {name: tuple(row[name]) for name in names if name in row}
