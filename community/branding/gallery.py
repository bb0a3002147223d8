"""What the component gallery shows: every component from the `.yaml` beside it, and the patterns made of classes."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString, mark_safe

TEMPLATES = Path(settings.BASE_DIR) / "templates"
COMPONENTS = TEMPLATES / "components"
PATTERNS = TEMPLATES / "branding" / "patterns"


@dataclass(frozen=True)
class Component:
    """One component as its `.yaml` describes it."""

    name: str
    about: str
    args: dict[str, str]
    examples: tuple[dict[str, Any], ...]
    inside: str
    """Classes of the list its examples stand in, for components that are list items."""
    gallery: bool
    """False for what only tests render, because the page has one already."""
    opens: bool
    """A dialog: the gallery shows a button that opens it."""

    @property
    def call(self) -> str:
        """How a template includes it."""
        names = " ".join(f"{name}={name}" for name in self.args)
        return f'{{% include "components/{self.name}.html" with {names} only %}}'


class _Examples(yaml.SafeLoader):
    """Reads `!forums.selectors.rows.TopicRow {…}` as the dataclass that pages hand to the same component."""


def _made(loader: yaml.SafeLoader, name: str, node: yaml.MappingNode) -> Any:
    values = {str(field): value for field, value in loader.construct_mapping(node, deep=True).items()}
    return import_string(name)(**values)


_Examples.add_multi_constructor("!", _made)


class ExampleForm(forms.Form):
    """What the gallery shows fields with."""

    title = forms.CharField(label="Title", help_text="One sentence that a colleague would search for.")
    body = forms.CharField(label="What happened", widget=forms.Textarea)
    kind = forms.ChoiceField(
        label="What is it?", choices=[("question", "Question"), ("talk", "Discussion")], widget=forms.RadioSelect
    )
    notify = forms.BooleanField(label="Mail me the answers", required=False)


@lru_cache(maxsize=1)
def components() -> tuple[Component, ...]:
    """Return all components by name."""
    return tuple(_component(path) for path in sorted(COMPONENTS.glob("*.yaml")))


def pattern_names() -> list[str]:
    """Return the names of the patterns."""
    return sorted(path.stem for path in PATTERNS.glob("*.html"))


def example_render(component: Component, example: dict[str, Any], request: HttpRequest) -> SafeString:
    """Return one example of a component as HTML."""
    html = render_to_string(f"components/{component.name}.html", _arguments(example), request)
    inside = f'<ul class="{component.inside}">{html}</ul>' if component.inside else html
    return mark_safe(inside)  # noqa: S308 nosemgrep: marked-safe-outside-markup  our own template and examples


def _component(path: Path) -> Component:
    """Read one `.yaml`."""
    read = _Examples(path.read_text()).get_single_data()
    return Component(
        name=path.stem,
        about=read["about"],
        args=read["args"],
        examples=tuple(read["examples"]),
        inside=read.get("inside", ""),
        gallery=read.get("gallery", True),
        opens=read.get("opens", False),
    )


def _arguments(example: dict[str, Any]) -> dict[str, Any]:
    """Return an example's arguments, with `form` and `field` turned from names into the real things."""
    if "form" not in example:
        return example
    form = ExampleForm(auto_id="example_%s") if example["form"] == "valid" else _refused_form()
    return {**example, "form": form, **({"field": form[example["field"]]} if "field" in example else {})}


def _refused_form() -> ExampleForm:
    """Return the form after it was sent empty."""
    form = ExampleForm({"title": "Help!!!", "kind": "question"}, auto_id="refused_%s")
    form.add_error("title", "Say which lock and which error, so that others find it.")
    return form
