"""The quick `{% url %}` and `{% translate %}` print what Django's own print."""

import pytest
from django.template import Context, Engine
from django.urls import NoReverseMatch
from django.utils.translation import override

from community.branding.templatetags.quick import PathNode, WordsNode

QUICK = Engine.get_default()
DJANGO = Engine(libraries={"i18n": "django.templatetags.i18n"})
TEMPLATES = [
    '{% url "forums:post" number %}',
    '{% url "forums:topic" number slug %}',
    '{% url "forums:topic" number slug as place %}[{{ place }}]',
    '{% url "no-such-name" as place %}[{{ place }}]',
    '{% url "forums:post" post_id=number %}',
    '{% load i18n %}{% translate "Helpful" %}',
    '{% load i18n %}{% trans "Helpful" %}',
    '{% load i18n %}{% translate "100% sure" %} {% translate "<b> & more" %}',
    '{% load i18n %}{% translate "Helpful" as word %}[{{ word }}]',
    '{% load i18n %}{% translate "Helpful"|upper %} {% translate "now" context "a moment ago" %}',
    "{% load i18n %}{% translate word %} {% translate 'Helpful' noop %}",
    "{% load i18n %}{% blocktranslate count n=number %}{{ n }} reply{% plural %}{{ n }} replies{% endblocktranslate %}",
    "{% load i18n %}{% get_current_language as language %}{{ language|language_name_local }}",
]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("source", TEMPLATES)
def test_they_print_what_djangos_print(source: str, language: str) -> None:
    seen = {"number": 7, "slug": "why", "word": "<Helpful>"}

    with override(language):
        first, again = (QUICK.from_string(source).render(Context(seen)) for _ in range(2))
        expected = DJANGO.from_string(source).render(Context(seen))

    assert first == again == expected
    assert first


def test_a_name_that_leads_nowhere_is_an_error() -> None:
    with pytest.raises(NoReverseMatch):
        QUICK.from_string('{% url "forums:post" "no number" %}').render(Context())


def test_every_template_has_them() -> None:
    nodes = QUICK.from_string('{% load i18n %}{% url "portal:home" %}{% translate "Helpful" %}').nodelist

    assert [type(node) for node in nodes[1:]] == [PathNode, WordsNode]
