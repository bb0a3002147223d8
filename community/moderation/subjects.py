"""How strangers meet reports, reviews and changes that wait."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from community.activity.subjects import Card, ReviewContext, Subject, TextChange, subject_of
from community.core.addresses import path_plain
from community.core.audience import member_token
from community.members.visibility import OVERSEERS
from community.moderation.models import Decision, Flag, HeldChange, Review
from community.moderation.services.changes import change_drop, change_hold_again, change_publish
from community.moderation.things import Thing, cards_of


class FlagSubject(Subject):
    """`moderation.flag`: a report, for who made it and for moderators."""

    kind = "moderation.flag"

    def cards(self, ids: Iterable[int]) -> dict[int, Card]:
        """Return a card per report that names nothing: what it is about may be hidden by now. Queries: 1."""
        url = path_plain("moderation:flag_list")
        return {
            flag.pk: Card(
                title=_("Report %(number)d") % {"number": flag.pk},
                url=f"{url}#report-{flag.pk}",
                author_id=flag.member_id,
                at=flag.created_at,
            )
            for flag in Flag.objects.filter(pk__in=set(ids))
        }

    def audience(self, ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Return its member and those who moderate. Queries: 1."""
        rows = Flag.objects.filter(pk__in=set(ids)).values_list("pk", "member_id")
        return {pk: OVERSEERS | {member_token(member_id)} for pk, member_id in rows}


class DecisionSubject(Subject):
    """`moderation.decision`: what moderators told a member, for that member and for moderators."""

    kind = "moderation.decision"

    def cards(self, ids: Iterable[int]) -> dict[int, Card]:
        """Return a card per message, leading to the member's own page; the rest of the log has none. Queries: 1."""
        url = path_plain("moderation:flag_list")
        return {
            row.pk: Card(
                title=_("What moderators told you"), url=f"{url}#told-{row.pk}", author_id=row.actor_id, at=row.at
            )
            for row in Decision.objects.filter(pk__in=set(ids)).exclude(told_at=None)
        }

    def audience(self, ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Return those who moderate and, once told, whose thing it was. Queries: 1."""
        rows = Decision.objects.filter(pk__in=set(ids)).values_list("pk", "author_id", "told_at")
        return {
            pk: OVERSEERS | {member_token(author_id)} if author_id and told_at else OVERSEERS
            for pk, author_id, told_at in rows
        }


class ReviewSubject(Subject):
    """`moderation.review`: something to look at, for moderators."""

    kind = "moderation.review"

    def cards(self, ids: Iterable[int]) -> dict[int, Card]:
        """Return what each review is about, leading to its page in the queue. Queries: 1 and the subjects'."""
        reviews = list(Review.objects.filter(pk__in=set(ids)))
        cards = cards_of((review.kind, review.subject_id) for review in reviews)
        return {
            review.pk: Card(
                title=cards[review.kind, review.subject_id].title,
                url=path_plain("moderation:review", review.pk),
                author_id=review.author_id,
                at=review.opened_at,
                site_id=review.site_id,
            )
            for review in reviews
            if (review.kind, review.subject_id) in cards
        }

    def audience(self, ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Return those who moderate. Queries: 1."""
        return dict.fromkeys(Review.objects.filter(pk__in=set(ids)).values_list("pk", flat=True), OVERSEERS)


class HeldChangeSubject(Subject):
    """`moderation.heldchange`: a change that waits, for its author and for moderators."""

    kind = "moderation.heldchange"
    commands = frozenset({"publish", "hide", "restore", "hold"})

    def cards(self, ids: Iterable[int]) -> dict[int, Card]:
        """Return what each change is about. Queries: 1 and the subjects'."""
        changes = list(HeldChange.objects.filter(pk__in=set(ids)))
        cards = cards_of((change.kind, change.subject_id) for change in changes)
        return {
            change.pk: replace(
                cards[change.kind, change.subject_id], excerpt="", author_id=change.author_id, at=change.created_at
            )
            for change in changes
            if (change.kind, change.subject_id) in cards
        }

    def audience(self, ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Return its author and those who moderate. Queries: 1."""
        rows = HeldChange.objects.filter(pk__in=set(ids)).values_list("pk", "author_id")
        return {pk: OVERSEERS | {member_token(author_id)} for pk, author_id in rows}

    def review_contexts(self, ids: Iterable[int]) -> dict[int, ReviewContext]:
        """Return the thing with what the change would do to it. Queries: 1 and the subjects'."""
        changes = list(HeldChange.objects.filter(pk__in=set(ids)))
        by_kind: dict[str, dict[int, Any]] = defaultdict(dict)
        for change in changes:
            by_kind[change.kind][change.subject_id] = change.change
        contexts: dict[Thing, ReviewContext] = {}
        texts: dict[Thing, tuple[TextChange, ...]] = {}
        for kind, wanted in by_kind.items():
            subject = subject_of(kind)
            contexts |= {(kind, pk): context for pk, context in subject.review_contexts(wanted).items()}
            texts |= {(kind, pk): differences for pk, differences in subject.change_texts(wanted).items()}
        return {
            change.pk: _of_change(change, contexts[thing], texts.get(thing, ()))
            for change in changes
            if (thing := (change.kind, change.subject_id)) in contexts
        }

    def publish(self, subject_id: int, *, actor_id: int | None) -> None:
        """Make the change. Raises: LookupError when there is none; Conflict when the thing changed meanwhile."""
        change_publish(subject_id)

    def restore(self, subject_id: int, *, actor_id: int | None) -> None:
        """Make the change after all."""
        change_publish(subject_id)

    def hide(self, subject_id: int, *, actor_id: int | None) -> None:
        """Drop the change; the thing stays as it is. Raises: LookupError when there is none."""
        change_drop(subject_id)

    def hold(self, subject_id: int, *, actor_id: int | None) -> None:
        """Let the change wait again; if it was made, the thing is as before. Raises: LookupError, Conflict."""
        change_hold_again(subject_id)


_STATES = {HeldChange.State.HELD: "held", HeldChange.State.APPLIED: "visible", HeldChange.State.DROPPED: "hidden"}


def _of_change(change: HeldChange, thing: ReviewContext, texts: tuple[TextChange, ...]) -> ReviewContext:
    return replace(
        thing,
        title=_("Change: %(thing)s") % {"thing": thing.title},
        author_id=change.author_id,
        at=change.created_at,
        state=_STATES[HeldChange.State(change.state)],
        raw="",
        changes=texts,
    )
