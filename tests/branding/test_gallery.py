"""Every component is described, renders, and is valid HTML."""

import re
from pathlib import Path

import html5lib
import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from community.branding.gallery import COMPONENTS, Component, components, example_render
from tests.factories.members import MemberFactory

pytestmark = pytest.mark.django_db
USED = re.compile(r"\{[{%][^}%]*")


def html_errors(html: str, *, fragment: bool) -> list[str]:
    """Return what the HTML parser objects to."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parseFragment(html) if fragment else parser.parse(html)
    return [f"{where}: {code} {details}" for where, code, details in parser.errors]


@pytest.mark.parametrize("path", sorted(COMPONENTS.glob("*.html")), ids=lambda path: path.stem)
def test_every_component_is_described(path: Path) -> None:
    assert path.with_suffix(".yaml").exists()


@pytest.mark.parametrize("component", components(), ids=lambda component: component.name)
def test_every_example_renders_valid_html_and_names_known_arguments(component: Component, rf: RequestFactory) -> None:
    for example in component.examples:
        html = example_render(component, example, rf.get("/"))

        assert html_errors(html, fragment=True) == []
        assert set(example) - {"form", "field"} <= set(component.args)


def test_the_gallery_shows_every_component_in_both_themes(client: Client) -> None:
    client.force_login(MemberFactory(roles=["administrator"]))

    for theme in ("light", "dark"):
        page = client.get(reverse("branding:gallery"), {"theme": theme}).content.decode()

        assert f'data-theme="{theme}"' in page[:80]
        assert html_errors(page, fragment=False) == []
        for component in components():
            assert not component.gallery or f'id="c-{component.name}"' in page
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))


def test_the_gallery_is_for_the_team(client: Client) -> None:
    visitor = client.get(reverse("branding:gallery"))
    client.force_login(MemberFactory())
    customer = client.get(reverse("branding:gallery"))

    assert visitor.status_code == customer.status_code == 403


def test_documented_tags_and_hooks_exist() -> None:
    howto = (Path(settings.BASE_DIR) / "docs/howto/page.md").read_text()
    scripts = "".join(
        path.read_text() for path in (Path(settings.BASE_DIR) / "community/branding/static/js").glob("*.js")
    )

    for hook in ("data-menu", "data-opens", "data-copy", "data-once", "data-focus", "data-ago"):
        assert hook in howto
        assert hook in scripts
