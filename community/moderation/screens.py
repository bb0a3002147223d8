"""The screens: pure functions that look at a text and at what is known of its author.

A screen answers with the number that matters (links, repeats, posts a minute) or 0; the rule of the site says from
which number on it counts and what happens then. Write one with `@screen`, and `tests/contracts/test_screens.py` runs
on it. No queries, no clock: `Facts` holds all of it.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SAME_LENGTH = 40
"""Shorter texts (thanks, me too) may be said again and again."""
BURST_S = 60
_HREF = re.compile(r'<a [^>]*?href="https?://([^/"?#:]+)')
_BARE = re.compile(r"https?://([^\s/\"'<>?#:]+)", re.IGNORECASE)
_WORDS = re.compile(r"\W+")


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A text this author wrote in the last day."""

    kind: str
    subject_id: int
    fingerprint: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a screen may look at."""

    kind: str
    subject_id: int | None
    text: str
    """In normal form: compatible characters alike, lower case, without invisible ones."""
    hosts: tuple[str, ...]
    """Where its links lead, our own left out, once for each link."""
    fingerprint: str
    """Empty for a short text."""
    published: int
    """Texts of the author that everybody sees; counted only when there are links."""
    earlier: tuple[Earlier, ...]
    blocked_words: tuple[str, ...]
    blocked_domains: tuple[str, ...]
    now: datetime


Check = Callable[[Facts], int]


@dataclass(frozen=True, kw_only=True)
class Screen:
    """One screen with what staff read about it."""

    code: str
    label: "str | Promise"
    meaning: "str | Promise"
    """One sentence; `%(limit)d` stands for the rule's number."""
    refusal: "str | Promise"
    """What the author reads when the rule refuses."""
    action: str
    limit: int
    """From this number on it counts."""
    check: Check


screens: dict[str, Screen] = {}


def screen(
    code: str,
    *,
    label: "str | Promise",
    meaning: "str | Promise",
    refusal: "str | Promise",
    action: str = "hold",
    limit: int = 1,
) -> Callable[[Check], Check]:
    """Register the decorated function as a screen with its defaults."""

    def registered(check: Check) -> Check:
        screens[code] = Screen(
            code=code, label=label, meaning=meaning, refusal=refusal, action=action, limit=limit, check=check
        )
        return check

    return registered


NEWCOMER_POSTS = 3
"""Until this many texts of theirs are visible, a member without trust is new here."""


@screen(
    "newcomer_links",
    label=_("First posts with links"),
    meaning=_("A member with fewer than three visible posts writes %(limit)d link or more to elsewhere."),
    refusal=_("Your first posts cannot hold links. Write without them, and add them later."),
)
def newcomer_links(facts: Facts) -> int:
    """Count the links of somebody nobody knows yet."""
    return len(facts.hosts) if facts.published < NEWCOMER_POSTS else 0


@screen(
    "many_links",
    label=_("Many links"),
    meaning=_("A text has %(limit)d links or more to elsewhere."),
    refusal=_("This text has too many links."),
    limit=6,
)
def many_links(facts: Facts) -> int:
    """Count the links of anybody."""
    return len(facts.hosts)


@screen(
    "blocked_word",
    label=_("Blocked words"),
    meaning=_("A text holds %(limit)d of the words on this brand's list, or more."),
    refusal=_("This text holds a word that is not wanted here."),
    action="refuse",
)
def blocked_word(facts: Facts) -> int:
    """Count the words of the list, as whole words."""
    padded = f" {_WORDS.sub(' ', facts.text)} "
    return sum(f" {_WORDS.sub(' ', word)} " in padded for word in facts.blocked_words)


@screen(
    "blocked_domain",
    label=_("Blocked domains"),
    meaning=_("A text links %(limit)d time or more to a domain on this brand's list, or to one below it."),
    refusal=_("This text links to a site that is not wanted here."),
)
def blocked_domain(facts: Facts) -> int:
    """Count the links to domains of the list."""
    return sum(_below(host, domain) for host in facts.hosts for domain in facts.blocked_domains)


@screen(
    "repeated",
    label=_("The same text again"),
    meaning=_("A member wrote the same text %(limit)d time or more elsewhere in the last day."),
    refusal=_("You wrote this already. Once is enough: people read it."),
)
def repeated(facts: Facts) -> int:
    """Count the other things with this text."""
    if not facts.fingerprint:
        return 0
    others = {(text.kind, text.subject_id) for text in facts.earlier if text.fingerprint == facts.fingerprint}
    return len(others - {(facts.kind, facts.subject_id)})


@screen(
    "burst",
    label=_("Very many at once"),
    meaning=_("A member wrote %(limit)d other texts or more within a minute."),
    refusal=_("You are writing faster than anybody can read. Wait a minute."),
    limit=8,
)
def burst(facts: Facts) -> int:
    """Count what came within the last minute."""
    since = facts.now - timedelta(seconds=BURST_S)
    return sum(text.at > since for text in facts.earlier)


def normal_form(text: str) -> str:
    """Return a text as screens compare it."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if unicodedata.category(char) != "Cf")


def fingerprint_of(normal: str) -> str:
    """Return the digest of a normal form, words only; empty for a short one."""
    words = _WORDS.sub(" ", normal).strip()
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest() if len(words) >= SAME_LENGTH else ""


def hosts_of(html: str, text: str, *, own: frozenset[str]) -> tuple[str, ...]:
    """Return where links lead: those of the cooked HTML, or addresses in plain text; `own` hosts left out."""
    found = _HREF.findall(html) if html else _BARE.findall(text)
    return tuple(host for host in (name.lower().removeprefix("www.") for name in found) if host not in own)


def _below(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
