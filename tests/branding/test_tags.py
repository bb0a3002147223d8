"""What templates may ask for: icons, initials, lengths of time, moments."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone, translation

from community.branding.templatetags.tertulia import hue, icon_names, initials, span


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Marta Kiel", "MK"), ("jonas", "JO"), ("Ana de la Cruz", "AC"), ("m-kiel", "MK"), ("", "?"), ("李雷", "李雷")],
)
def test_initials_are_those_of_the_first_and_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_person_keeps_their_colour() -> None:
    assert hue(7) == hue(7)
    assert {hue(key) for key in range(100)} == {"h1", "h2", "h3", "h4", "h5"}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (40, "40 s"),
        (60, "1 min"),
        (125, "2 min"),
        (3600, "1 h"),
        (7800, "2 h 10 min"),
        (86400, "1 d"),
        (90000, "1 d 1 h"),
        (86460, "1 d"),
    ],
)
def test_a_length_of_time_has_at_most_two_units(seconds: int, words: str) -> None:
    assert span(seconds) == words


def test_an_icon_that_the_sprite_lacks_stops_the_template() -> None:
    with pytest.raises(TemplateSyntaxError, match="unicorn"):
        Template('{% load tertulia %}{% icon "unicorn" %}').render(Context())


def test_a_moment_says_when_exactly_in_the_readers_zone_and_language() -> None:
    moment = timezone.now() - timedelta(hours=3)

    with timezone.override("Europe/Madrid"), translation.override("es"):
        html = Template("{% load tertulia %}{% when moment %}").render(Context({"moment": moment}))

    local = timezone.localtime(moment, timezone.zoneinfo.ZoneInfo("Europe/Madrid"))
    assert f'datetime="{local.isoformat(timespec="seconds")}"' in html
    assert "data-ago" in html
    assert "3\xa0horas" in html


def test_an_old_moment_is_a_date() -> None:
    html = Template("{% load tertulia %}{% when moment %}").render(Context({"moment": timezone.now() - timedelta(40)}))

    assert "ago" not in html.partition(">")[2]


def test_no_moment_is_nothing() -> None:
    assert Template("{% load tertulia %}{% when moment %}").render(Context({"moment": None})) == ""


def test_every_icon_that_templates_name_is_in_the_sprite() -> None:
    templates = (Path(settings.BASE_DIR) / "templates").rglob("*.html")
    named = {name for path in templates for name in re.findall(r'\bicon[ =]"([\w-]+)"', path.read_text())}

    assert named - icon_names() == set()
