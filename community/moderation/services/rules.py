"""The rules of a site: which screens count from when, blocked words and domains, target and threshold."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from community.core.errors import Invalid
from community.members.models import Member
from community.moderation.models import BlockedEntry, Decision, ModerationSettings, ScreenRule
from community.moderation.permissions import moderate_check
from community.moderation.screens import normal_form, screens

KEPT_S = 60
"""How long a process may go on with rules that another has changed."""
MOST_ENTRIES = 500
SITE_KIND = "wagtailcore.Site"


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
    """Return target and threshold of a site. Queries: 1."""
    kept = ModerationSettings.objects.filter(site_id=site_id).first()
    return kept or ModerationSettings(site_id=site_id)


def rule_set(*, actor: Member, site_id: int, screen: str, action: str, limit: int) -> None:
    """Change what a screen does on a site. Raises: Denied, Invalid."""
    moderate_check(actor)
    if screen not in screens or action not in ScreenRule.Action.values or not 1 <= limit <= 1000:
        raise Invalid(_("A rule needs an action, and a number between 1 and 1,000."), field="limit")
    with transaction.atomic():
        values = {"action": action, "limit": limit}
        ScreenRule.objects.update_or_create(site_id=site_id, screen=screen, defaults=values)
        _changed(actor, site_id, note=f"{screen}: {action}, {limit}")


def blocked_add(*, actor: Member, site_id: int, kind: str, value: str) -> None:
    """Put a word or a domain on the list of a site. Raises: Denied, Invalid. Idempotent: yes."""
    moderate_check(actor)
    entry = " ".join(normal_form(value).split())
    if kind == BlockedEntry.Kind.DOMAIN:
        entry = entry.removeprefix("https://").removeprefix("http://").removeprefix("www.").split("/")[0]
    if kind not in BlockedEntry.Kind.values or not 2 <= len(entry) <= 120:
        raise Invalid(_("Write a word or a domain of 2 to 120 characters."), field="value")
    if kind == BlockedEntry.Kind.DOMAIN and ("." not in entry or " " in entry):
        raise Invalid(_("A domain looks like shop.example."), field="value")
    with transaction.atomic():
        if BlockedEntry.objects.filter(site_id=site_id).count() >= MOST_ENTRIES:
            raise Invalid(_("The list is full: %(count)d entries.") % {"count": MOST_ENTRIES}, field="value")
        BlockedEntry.objects.get_or_create(site_id=site_id, kind=kind, value=entry)
        _changed(actor, site_id, note=f"+ {entry}")


def blocked_remove(*, actor: Member, site_id: int, entry_id: int) -> None:
    """Take an entry off the list of a site. Raises: Denied. Idempotent: yes."""
    moderate_check(actor)
    with transaction.atomic():
        entry = BlockedEntry.objects.filter(site_id=site_id, pk=entry_id).first()
        if entry is not None:
            entry.delete()
            _changed(actor, site_id, note=f"- {entry.value}")


def settings_set(*, actor: Member, site_id: int, target_minutes: int, hide_score: int) -> None:
    """Set within how long somebody should look, and from which score reports hide. Raises: Denied, Invalid."""
    moderate_check(actor)
    if not (5 <= target_minutes <= 10_080 and 10 <= hide_score <= 1000):
        raise Invalid(_("The target is between 5 minutes and a week, the score between 1 and 100."))
    with transaction.atomic():
        values = {"target_minutes": target_minutes, "hide_score": hide_score}
        ModerationSettings.objects.update_or_create(site_id=site_id, defaults=values)
        _changed(actor, site_id, note=f"{target_minutes} min, {hide_score / 10}")


def _changed(actor: Member, site_id: int, *, note: str) -> None:
    Decision.objects.create(
        action=Decision.Action.RULE, actor=actor, kind=SITE_KIND, subject_id=site_id, site_id=site_id, note=note[:500]
    )
    transaction.on_commit(lambda: cache.delete_many([_key(site_id), _key(None)]))
