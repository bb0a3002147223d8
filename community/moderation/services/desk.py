"""The desk that judges what members write before it becomes visible, and keeps changes that wait."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from community.activity.log import record
from community.activity.screening import Verdict, Writing
from community.core.errors import Invalid
from community.members.contributions import contributions_of
from community.moderation.activities import ChangeHeld
from community.moderation.locks import held_change_lock
from community.moderation.models import HELD_CHANGE, HeldChange, ScreenRule, ScreenTrace
from community.moderation.rules import Rules, rules_of
from community.moderation.screens import Earlier, Facts, fingerprint_of, hosts_of, normal_form, screens
from community.moderation.services.opening import review_open

LOOK_BACK = timedelta(days=1)
KEPT = timedelta(days=7)
TRUSTED = 10**6
"""Stands for the published texts of somebody who is trusted anyway."""


class ScreeningDesk:
    """Runs the screens of a site over a text."""

    def judge(self, writing: Writing) -> Verdict:
        """Return what the site's rules say. Colleagues pass. Raises: Invalid to refuse. Queries: 1 to 7."""
        if writing.author.roles:
            return Verdict(writing=writing)
        rules = rules_of(writing.site_id)
        facts = _facts(writing, rules)
        found = []
        for rule in rules.rules:
            if rule.action == ScreenRule.Action.OFF or screens[rule.code].check(facts) < rule.limit:
                continue
            if rule.action == ScreenRule.Action.REFUSE:
                raise Invalid(screens[rule.code].refusal, field=writing.field)
            found.append(rule.code)
        is_new = facts.published < TRUSTED and "newcomer_links" in found
        trace = {"fingerprint": facts.fingerprint, "hosts": sorted(set(facts.hosts))[:20], "is_new": is_new}
        return Verdict(writing=writing, reasons=tuple(found), trace=trace)

    def noted(self, verdict: Verdict, subject_id: int) -> None:
        """Keep the trace of a text that was judged. Queries: 1, 0 for colleagues."""
        if verdict.trace:
            writing = verdict.writing
            ScreenTrace.objects.create(
                site_id=writing.site_id,
                author=writing.author,
                kind=writing.kind,
                subject_id=subject_id,
                **verdict.trace,
            )

    def change_hold(self, verdict: Verdict, subject_id: int, change: Mapping[str, Any]) -> None:
        """Keep a change, or put it in the place of the author's earlier one, and open its review. Queries: 8."""
        writing = verdict.writing
        with transaction.atomic():
            held = held_change_lock(writing.kind, subject_id, writing.author.pk)
            if held is None:
                held = HeldChange(
                    kind=writing.kind, subject_id=subject_id, author=writing.author, site_id=writing.site_id
                )
            is_first = held.pk is None
            held.change, held.created_at = dict(change), timezone.now()
            held.save()
            self.noted(verdict, subject_id)
            review_open(
                kind=HELD_CHANGE,
                subject_id=held.pk,
                site_id=writing.site_id,
                author_id=writing.author.pk,
                reasons=verdict.reasons,
            )
            if is_first:
                author_id = writing.author.pk
                record(ChangeHeld(author_id=author_id), subject_id=held.pk, actor_id=author_id)

    def changes_held(self, kind: str, ids: Collection[int], author_id: int) -> dict[int, Mapping[str, Any]]:
        """Return the waiting changes of an author. Queries: 1."""
        waiting = HeldChange.objects.waiting().filter(kind=kind, subject_id__in=set(ids), author_id=author_id)
        return dict(waiting.values_list("subject_id", "change"))


def _facts(writing: Writing, rules: Rules) -> Facts:
    """Gather what screens may look at. Queries: 1; with links also those that count the author's texts."""
    now, text = timezone.now(), normal_form(writing.text)
    hosts = hosts_of(writing.html, writing.text, own=_own_hosts())
    recent = ScreenTrace.objects.filter(author_id=writing.author.pk, at__gt=now - LOOK_BACK).order_by("-at")[:200]
    earlier = recent.values_list("kind", "subject_id", "fingerprint", "at") if writing.author.pk else ()
    return Facts(
        kind=writing.kind,
        subject_id=writing.subject_id,
        text=text,
        hosts=hosts,
        fingerprint=fingerprint_of(text),
        published=_published(writing.author) if hosts else TRUSTED,
        earlier=tuple(
            Earlier(kind=kind, subject_id=pk, fingerprint=fingerprint, at=at) for kind, pk, fingerprint, at in earlier
        ),
        blocked_words=rules.words,
        blocked_domains=rules.domains,
        now=now,
    )


def _own_hosts() -> frozenset[str]:
    """Return the names of this installation: links to ourselves advertise nothing."""
    public = urlsplit(settings.PUBLIC_URL).hostname or ""
    return frozenset({public.removeprefix("www."), *settings.ALLOWED_HOSTS} - {"", "*"})


def _published(author: Any) -> int:
    """Return how many texts of the author everybody sees. Queries: 0 for who is trusted, else the providers'."""
    if author.trust_level > 0:
        return TRUSTED
    if author.pk is None:
        return 0
    return contributions_of([author.pk])[author.pk].get("posts", 0)


def traces_expire() -> int:
    """Forget the traces of texts older than a week; return how many. Idempotent: yes."""
    return ScreenTrace.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
