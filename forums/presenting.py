"""Between selectors and templates: tabs, chips, crumbs, windows and follow levels in words. Queries: none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from community.core.audience import PUBLIC
from community.core.limits import parse_rate
from forums.models import TopicMember
from forums.states import State

PLACE = ("after", "before")
"""Parts of an address that say where in a list it is; a changed filter begins at the top."""


@dataclass(frozen=True, kw_only=True)
class Crumb:
    """A step of the way to this page."""

    text: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Tab:
    """An order or a part of a list."""

    text: str
    url: str
    current: bool
    count: str | None = None


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter that is on; its address is that of the list without it."""

    text: str
    url: str
    on: bool = True


def list_context(page: Any, query: Mapping[str, str]) -> dict[str, Any]:
    """Return what the list page shows beside its rows."""
    here = page.category.url if page.category else reverse("forums:topic_list")
    kept = {name: value for name, value in query.items() if name not in PLACE and value}
    chips = [
        Chip(text=text, url=_address(here, {name: value for name, value in kept.items() if name != key}))
        for key, text in _filters_in_words(page.filter)
    ]
    return {
        "here": here,
        "feed_url": _feed_url(page.category),
        "tabs": [_tab(tab, page, here, kept) for tab in page.tabs],
        "chips": chips,
        "newer_url": _address(here, {**kept, "before": page.newer}) if page.newer else "",
        "older_url": _address(here, {**kept, "after": page.older}) if page.older else "",
        "ask_url": f"{reverse('forums:ask')}?{urlencode({'category': page.category.slug})}"
        if page.category
        else reverse("forums:ask"),
        "states": [(state.value, state.label) for state in State if state != State.OPEN],
        "language_choices": [(code, language_name(code)) for code in page.languages],
        "legend": ["new", "answered", "solved", "escalated"],
        "category_language": language_name(page.category.language) if page.category else "",
        "others": [category for category in page.categories if category != page.category],
    }


def _feed_url(category: Any) -> str:
    """Return the feed of a list; empty for a category that visitors may not read, which has none."""
    if category is None:
        return reverse("forums:feed")
    return reverse("forums:category_feed", args=[category.slug]) if category.audience == PUBLIC else ""


def language_name(code: str) -> str:
    """Return the name a language gives itself; the code for one Django does not know."""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code


def follow_context(page: Any) -> dict[str, Any]:
    """Return the follow levels in words."""
    words: dict[int, str | Promise] = {
        TopicMember.Level.WATCHING: _("Watching: every reply, by mail too"),
        TopicMember.Level.TRACKING: _("Tracking: every reply, on the site"),
        TopicMember.Level.NORMAL: _("Normal: only mentions and answers to you"),
        TopicMember.Level.MUTED: _("Muted: nothing"),
    }
    return {
        "levels": [{"value": int(value), "label": label} for value, label in words.items()],
        "level_label": TopicMember.Level(page.level).label,
        "level_reason": TopicMember.Reason(page.level_reason).label if page.level_reason else "",
    }


def window_text(page: Any) -> str:
    """Return "posts 22 to 41 of 80" for a topic longer than one page; empty for a short one."""
    if not page.earlier_url and not page.later_url:
        return ""
    return _("posts %(first)d to %(last)d of %(end)d") % {
        "first": page.first_number,
        "last": page.last_number,
        "end": page.end_number,
    }


def _tab(tab: str, page: Any, here: str, kept: Mapping[str, str]) -> Tab:
    names = {
        "latest": _("Latest"),
        "new": _("New"),
        "unread": _("Unread"),
        "unanswered": _("Unanswered"),
        "top": _("Top"),
    }
    query = {name: value for name, value in kept.items() if name != "tab"}
    count = page.counts.get(tab, 0)
    return Tab(
        text=names[tab],
        url=_address(here, query if tab == "latest" else {**query, "tab": tab}),
        current=page.filter.tab == tab,
        count=("99+" if count > 99 else str(count)) if count else None,
    )


def _filters_in_words(wanted: Any) -> list[tuple[str, str]]:
    """Return (name in the address, words) of every filter that is on."""
    words = []
    if wanted.state:
        words.append(("state", str(State(wanted.state).label)))
    if wanted.tag:
        words.append(("tag", wanted.tag))
    if wanted.language:
        words.append(("language", language_name(wanted.language)))
    if wanted.mine:
        words.append(("mine", _("Mine")))
    return words


def _address(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(sorted(query.items()))}" if query else path


def ask_limits(rate: str) -> list[str]:
    """Return in sentences what a text may hold, to be read before sending."""
    times = parse_rate(rate)[0]
    return [
        _("A title of 5 to 200 characters, up to 5 tags."),
        _("Text up to 30,000 characters; pictures up to 10 MB each (PNG, JPEG, WebP, GIF)."),
        ngettext("%(n)d post an hour.", "Up to %(n)d questions an hour.", times) % {"n": times},
        _("You can change your text afterwards; earlier versions stay in its history."),
    ]
