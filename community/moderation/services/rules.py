"""Changing the rules of a site: screens, blocked words and domains, target and threshold."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.core.errors import Invalid
from community.members.models import Member
from community.moderation.models import BlockedEntry, Decision, ModerationSettings, ScreenRule
from community.moderation.permissions import moderate_check
from community.moderation.rules import rules_forget
from community.moderation.screens import normal_form, screens

MOST_ENTRIES = 500
SITE_KIND = "wagtailcore.Site"


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
    transaction.on_commit(lambda: rules_forget(site_id))
