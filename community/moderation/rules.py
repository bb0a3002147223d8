"""The rules of a site: which screens count from when, blocked words and domains, target and threshold."""

from dataclasses import dataclass

from django.core.cache import cache
from wagtail.models import Site

from community.moderation.models import BlockedEntry, ModerationSettings, ScreenRule
from community.moderation.screens import screens

KEPT_S = 60
"""How long a process may go on with rules that another has changed."""


@dataclass(frozen=True)
class Rule:
    """A screen as one site applies it."""

    code: str
    action: str
    limit: int


@dataclass(frozen=True)
class Rules:
    """All rules of one site."""

    rules: tuple[Rule, ...]
    words: tuple[str, ...]
    domains: tuple[str, ...]


def rules_of(site_id: int | None) -> Rules:
    """Return the rules of a site, those we ship where it changed nothing. Queries: 2, or 0 from the cache."""
    kept: Rules | None = cache.get(_key(site_id))
    if kept is None:
        kept = _load(site_id)
        cache.set(_key(site_id), kept, KEPT_S)
    return kept


def _load(site_id: int | None) -> Rules:
    """Read the rules; those of the default site for what belongs to none, such as profiles. Queries: 2 or 3."""
    site_id = site_id or Site.objects.filter(is_default_site=True).values_list("pk", flat=True).first()
    rows = {row.screen: row for row in ScreenRule.objects.filter(site_id=site_id)}
    rules = []
    for code, screen in screens.items():
        row = rows.get(code)
        rules.append(Rule(code, row.action, row.limit) if row else Rule(code, screen.action, screen.limit))
    entries = list(BlockedEntry.objects.filter(site_id=site_id).values_list("kind", "value"))
    words = tuple(value for kind, value in entries if kind == BlockedEntry.Kind.WORD)
    domains = tuple(value for kind, value in entries if kind == BlockedEntry.Kind.DOMAIN)
    return Rules(tuple(rules), words, domains)


def _key(site_id: int | None) -> str:
    return f"moderation.rules:{site_id}"


def settings_of(site_id: int | None) -> ModerationSettings:
    """Return target and threshold of a site; the usual ones of what belongs to none. Queries: 1."""
    kept = ModerationSettings.objects.filter(site_id=site_id).first() if site_id else None
    return kept or ModerationSettings()


def rules_forget(site_id: int) -> None:
    """Have the rules of a site read anew."""
    cache.delete_many([_key(site_id), _key(None)])
