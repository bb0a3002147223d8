"""A visitor is known for a day by a key that needs no cookie."""

import pytest

from community.privacy.models import DaySalt
from community.privacy.visitors import is_robot, salts_forget, visitor_key


def test_a_visitor_is_the_same_for_a_day_and_nobody_afterwards(db, frozen_clock) -> None:
    who = {"site_id": 1, "address": "192.0.2.7", "user_agent": "Firefox"}
    today = visitor_key("search", **who)
    assert visitor_key("search", **who) == today
    assert visitor_key("search", **{**who, "address": "192.0.2.8"}) != today
    assert visitor_key("votes", **who) != today

    frozen_clock.shift(49 * 3600)

    assert visitor_key("search", **who) != today
    assert salts_forget() == 1
    assert DaySalt.objects.count() == 1


@pytest.mark.parametrize("name", ["", "curl/8.4", "SomeBot/2.1 (+https://bot.example)"])
def test_robots_say_so(name: str) -> None:
    assert is_robot(name)
    assert not is_robot("Mozilla/5.0 (X11; Linux x86_64) Firefox/153.0")
