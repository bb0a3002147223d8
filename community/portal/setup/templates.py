"""First categories to choose from, read from `templates.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("templates.toml")


@dataclass(frozen=True, kw_only=True)
class CategoryRow:
    """One category, in one language."""

    slug: str
    name: str
    description: str
    kind: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Template:
    """A handful of categories that belong together."""

    key: str
    names: dict[str, str]
    """By language."""
    categories: tuple[CategoryRow, ...]

    def name_in(self, language: str) -> str:
        """Return the template's name in `language`, in English where it has none."""
        return self.names.get(language, self.names["en"])

    def words_in(self, language: str) -> str:
        """Return the names of its categories in `language`, in a row."""
        return ", ".join(row.name for row in self.categories if row.language == language)


@cache
def templates() -> dict[str, Template]:
    """Return all templates by key, in their order. Raises: TypeError for a field that is not known."""
    data = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    return {
        key: Template(
            key=key,
            names=template["names"],
            categories=tuple(
                CategoryRow(language=language, **row) for language, rows in template["in"].items() for row in rows
            ),
        )
        for key, template in data.items()
    }


def template_named(key: str) -> Template:
    """Return one template. Raises: KeyError."""
    return templates()[key]
