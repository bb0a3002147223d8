"""The rules page: what each screen does on this site, and the lists."""

from dataclasses import dataclass

from wagtail.models import Site

from community.moderation.models import BlockedEntry, ModerationSettings
from community.moderation.rules import rules_of, settings_of
from community.moderation.screens import screens


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    """One screen as this site applies it."""

    code: str
    label: str
    meaning: str
    action: str
    limit: int


@dataclass(frozen=True, kw_only=True)
class RulesPage:
    """Everything that decides what is held, refused and hidden."""

    rules: list[RuleRow]
    words: list[BlockedEntry]
    domains: list[BlockedEntry]
    settings: ModerationSettings
    hide_score: float


def rules_page(*, site: Site) -> RulesPage:
    """Return the rules of a site. Queries: 4 or less."""
    entries = list(BlockedEntry.objects.filter(site=site).order_by("value"))
    settings = settings_of(site.pk)
    return RulesPage(
        rules=[
            RuleRow(
                code=rule.code,
                label=str(screens[rule.code].label),
                meaning=str(screens[rule.code].meaning) % {"limit": rule.limit},
                action=rule.action,
                limit=rule.limit,
            )
            for rule in rules_of(site.pk).rules
        ],
        words=[entry for entry in entries if entry.kind == BlockedEntry.Kind.WORD],
        domains=[entry for entry in entries if entry.kind == BlockedEntry.Kind.DOMAIN],
        settings=settings,
        hide_score=settings.hide_score / 10,
    )
