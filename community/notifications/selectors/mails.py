"""What goes into a mail, decided when it leaves: current facts, and only what its receiver may see then."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from wagtail.models import Site

from community.activity.subjects import subjects
from community.members.models import Member
from community.notifications.clock import quiet_end
from community.notifications.kinds import kinds
from community.notifications.kinds.base import Thing
from community.notifications.models import Mail, Notification
from community.notifications.selectors.choices import address_returned, kinds_by_mail, mail_stopped, preference_of
from community.notifications.selectors.things import Things, page_of, things_of

NOTICES = 20
"""Most notices in the mail of one thread; the page has the rest."""
THREADS = 12
"""Most threads in a digest."""
DIGEST_NOTICES = 200
SAID = 1_500
"""Characters of a text that a mail repeats."""


@dataclass(frozen=True, kw_only=True)
class MailLine:
    """One notice in a mail."""

    kind: str
    detail: str
    actor: Member | None
    said: str
    url: str
    """Path without language prefix."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MailThread:
    """One thread in a mail."""

    thread: Thing
    title: str
    url: str
    lines: tuple[MailLine, ...]
    site_id: int | None

    @property
    def reason(self) -> "str | Promise":
        """Why the receiver hears of it: the reason of what matters most."""
        first = min(self.lines, key=lambda line: kinds()[line.kind].precedence)
        return kinds()[first.kind].reason(first.detail)


@dataclass(frozen=True, kw_only=True)
class MailContent:
    """All a mail says."""

    member: Member
    site: Site | None
    threads: tuple[MailThread, ...]
    notice_ids: tuple[int, ...]
    is_digest: bool


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Not now: the member's quiet hours."""

    until: datetime


def mail_content(mail: Mail) -> MailContent | Wait | None:
    """Return what `mail` says now; None when its receiver wants, or may see, nothing of it any more.

    Queries: about 12, whatever is in it.
    """
    member = Member.objects.active().joined().filter(pk=mail.member_id).first()
    if member is None or not member.email:
        return None
    preference = preference_of(member)
    if not preference.mails or address_returned(preference, member) or not _is_verified(member):
        return None
    until = quiet_end(timezone.now(), start=preference.quiet_from, end=preference.quiet_until, zone=member.time_zone)
    if until is not None:
        return Wait(until=until)
    is_digest = mail.thread_id is None
    if is_digest and preference.digest == preference.Digest.NEVER:
        return None
    rows = _of_digest(mail) if is_digest else _of_thread(mail, member)
    things = things_of({_thread(row) for row in rows} | {_subject(row) for row in rows})
    seen = [row for row in rows if _is_for(member, row, things)]
    threads = _threads(seen, things)[: THREADS if is_digest else 1]
    if not threads:
        return None
    kept = {thread.thread for thread in threads}
    return MailContent(
        member=member,
        site=_site(mail.site_id or threads[0].site_id),
        threads=tuple(threads),
        notice_ids=tuple(row.pk for row in seen if _thread(row) in kept),
        is_digest=is_digest,
    )


def _is_verified(member: Member) -> bool:
    return EmailAddress.objects.filter(user=member, email=member.email, verified=True).exists()


def _unsent(mail: Mail) -> Q:
    """Not read, not withdrawn, and neither sent with another mail nor with one whose outcome nobody knows."""
    free = Q(mail_id=None) | Q(mail_id=mail.pk)
    return free & Q(member_id=mail.member_id, read_at=None, withdrawn=False)


def _of_thread(mail: Mail, member: Member) -> list[Notification]:
    """Return the notices of the mail's thread that are wanted by mail, by what holds now. Queries: 3."""
    thread = (mail.thread_kind, mail.thread_id or 0)
    if mail_stopped(member, thread):
        return []
    rows = Notification.objects.filter(
        _unsent(mail), thread_kind=thread[0], thread_id=thread[1], by_mail=True, kind__in=kinds_by_mail(member)
    )
    return list(rows.select_related("actor").order_by("pk")[:NOTICES])


def _of_digest(mail: Mail) -> list[Notification]:
    """Return what the member saw neither on the digest's site nor in a mail. Queries: 1."""
    rows = Notification.objects.of_site(mail.site_id).filter(_unsent(mail), on_site=True, kind__in=kinds())
    return list(rows.select_related("actor").order_by("-names_you", "-pk")[:DIGEST_NOTICES])


def _thread(row: Notification) -> Thing:
    return row.thread_kind, row.thread_id


def _subject(row: Notification) -> Thing:
    return row.subject_kind, row.subject_id


def _is_for(member: Member, row: Notification, things: Things) -> bool:
    kind, card = kinds()[row.kind], things.cards.get(_subject(row))
    return (
        card is not None
        and kind.holds(card)
        and all(
            things.seen_by(member, thing, may_be_hidden=kind.may_be_hidden) for thing in {_thread(row), _subject(row)}
        )
    )


def _threads(rows: list[Notification], things: Things) -> list[MailThread]:
    """Group the notices by thread, in their order. Queries: those of the texts."""
    bodies = _bodies(rows)
    by_thread: dict[Thing, list[Notification]] = {}
    for row in rows:
        by_thread.setdefault(_thread(row), []).append(row)
    return [
        MailThread(
            thread=thread,
            title=things.cards[thread].title,
            url=things.cards[thread].url,
            site_id=things.cards[thread].site_id,
            lines=tuple(
                MailLine(
                    kind=row.kind,
                    detail=row.detail,
                    actor=row.actor,
                    said=_said(row, things, bodies),
                    url=page_of(kinds()[row.kind], things.cards[_subject(row)]),
                    at=row.created_at,
                )
                for row in sorted(found, key=lambda row: row.pk)
            ),
        )
        for thread, found in by_thread.items()
    ]


def _said(row: Notification, things: Things, bodies: dict[Thing, str]) -> str:
    if _subject(row) == _thread(row) or kinds()[row.kind].may_be_hidden:
        return ""
    return bodies.get(_subject(row)) or things.cards[_subject(row)].excerpt


def _bodies(rows: list[Notification]) -> dict[Thing, str]:
    """Return the texts as search would print them: plain, and of visible things only. Queries: 1 a kind."""
    by_kind: dict[str, set[int]] = {}
    for kind, pk in (_subject(row) for row in rows):
        by_kind.setdefault(kind, set()).add(pk)
    return {
        (kind, pk): _cut(document.body)
        for kind, ids in by_kind.items()
        if kind in subjects
        for pk, document in subjects[kind].search_documents(ids).items()
    }


def _cut(text: str) -> str:
    return text if len(text) <= SAID else text[:SAID].rsplit(" ", 1)[0] + "…"


def _site(site_id: int | None) -> Site | None:
    """Return the site a mail speaks for. Queries: 1."""
    sites = Site.objects.filter(pk=site_id) if site_id else Site.objects.filter(is_default_site=True)
    return sites.first()
