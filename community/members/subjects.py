"""How strangers meet a member."""

from collections.abc import Iterable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as pgettext

from community.activity.contracts import ContactFacts, Facts, RemoteChange
from community.activity.subjects import Card, ReviewContext, SearchDocument, Subject, TextChange
from community.core.addresses import path_plain
from community.core.audience import NOBODY, PUBLIC
from community.members.contributions import contributions_of
from community.members.models import Member
from community.members.remote import remote_apply
from community.members.screening import WORDS
from community.members.services import profile_write


class MemberSubject(Subject):
    """`members.member`: a contact in the CRM, a profile on the site."""

    kind = "members.member"
    flaggable = True

    def cards(self, ids: Iterable[int]) -> dict[int, Card]:
        """Return name and profile of each member that others may see. Queries: 1."""
        return {
            member.pk: Card(
                title=member.display_name,
                url=path_plain("members:profile", member.handle),
                author_id=member.pk,
                at=member.joined_at,
            )
            for member in Member.objects.joined().with_ids(ids).only("handle", "name", "state", "joined_at")
        }

    def audience(self, ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Return `public` for a visible profile, nobody for an erased or unconfirmed one. Queries: 1."""
        rows = Member.objects.with_ids(ids).values_list("pk", "state", "joined_at")
        return {
            pk: frozenset({PUBLIC}) if joined_at and state != Member.State.ERASED else NOBODY
            for pk, state, joined_at in rows
        }

    def search_documents(self, ids: Iterable[int], *, texts: bool = True) -> dict[int, SearchDocument]:
        """Return name, handle, title and organisation of each profile but those of suspended members. Queries: 1."""
        members = Member.objects.joined().with_ids(ids).exclude(state=Member.State.SUSPENDED)
        return {
            member.pk: SearchDocument(
                kind=self.kind,
                id=member.pk,
                language=member.language,
                title=member.display_name,
                body="\n".join(filter(None, (member.title, member.organisation))),
                audience=frozenset({PUBLIC}),
                aliases=(member.handle,),
                type="member",
                author_id=member.pk,
                at=member.joined_at,
                state=member.state,
            )
            for member in members
        }

    def search_ids(self, *, after: int, limit: int) -> list[int]:
        """Return ids of visible profiles. Queries: 1."""
        members = Member.objects.joined().filter(pk__gt=after).exclude(state=Member.State.SUSPENDED)
        return list(members.order_by("pk").values_list("pk", flat=True)[:limit])

    def facts(self, ids: Iterable[int]) -> dict[int, Facts]:
        """Return what a CRM may hold of each member; unconfirmed sign-ups have none. Queries: 2 and the providers'."""
        members = list(Member.objects.with_ids(ids).filter(joined_at__isnull=False))
        member_ids = [member.pk for member in members]
        verified = set(
            EmailAddress.objects.filter(user_id__in=member_ids, primary=True, verified=True).values_list(
                "user_id", flat=True
            )
        )
        figures = contributions_of(member_ids)
        return {member.pk: _facts(member, member.pk in verified, figures[member.pk]) for member in members}

    def apply_remote(self, change: RemoteChange) -> None:
        """Take over a name that a CRM owns."""
        remote_apply(change)

    def review_contexts(self, ids: Iterable[int]) -> dict[int, ReviewContext]:
        """Return what each member says about themselves, also before they confirmed their address. Queries: 1."""
        return {member.pk: _context(member) for member in Member.objects.with_ids(ids)}

    def change_texts(self, changes: Mapping[int, Mapping[str, Any]]) -> dict[int, tuple[TextChange, ...]]:
        """Return each word of a profile as it is and as it would be. Queries: 1."""
        members = {member.pk: member for member in Member.objects.with_ids(changes)}
        return {
            pk: tuple(
                TextChange(label=str(_LABELS[name]), before=getattr(members[pk], name), after=change[name])
                for name in WORDS
                if name in change
            )
            for pk, change in changes.items()
            if pk in members
        }

    def change_apply(self, subject_id: int, change: Mapping[str, Any], *, author_id: int) -> Mapping[str, Any]:
        """Write words that waited. Raises: LookupError when the member is gone; Conflict for a taken handle."""
        member = Member.objects.filter(pk=subject_id).exclude(state=Member.State.ERASED).first()
        if member is None:
            raise LookupError(f"member {subject_id} is gone")
        previous = {name: getattr(member, name) for name in change}
        profile_write(member, change, actor_id=author_id)
        return previous

    def change_revert(self, subject_id: int, previous: Mapping[str, Any], *, author_id: int) -> None:
        """Write the words from before again."""
        self.change_apply(subject_id, previous, author_id=author_id)


_LABELS = {
    "name": _("Name"),
    "handle": _("Handle"),
    "title": pgettext("of a member", "Title"),
    "organisation": _("Organisation"),
}


def _context(member: Member) -> ReviewContext:
    lines = (member.display_name, f"@{member.handle}", member.title, member.organisation)
    return ReviewContext(
        title=gettext("Member %(name)s") % {"name": member.display_name},
        url=path_plain("members:profile", member.handle),
        author_id=member.pk,
        at=member.joined_at,
        state="deleted" if member.state == Member.State.ERASED else "visible",
        html=format_html_join("", "<p>{}</p>", ((line,) for line in lines if line)),
        language=member.language,
    )


def _facts(member: Member, email_verified: bool, figures: dict[str, int]) -> ContactFacts:
    return ContactFacts(
        name=member.display_name,
        email=member.email,
        email_verified=email_verified,
        language=member.language,
        handle=member.handle,
        joined_at=member.joined_at,
        last_seen_at=member.last_seen_at,
        erased=member.state == Member.State.ERASED,
        **figures,
    )
