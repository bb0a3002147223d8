"""What colleagues see before they decide: who will be told, what a merge comes to, who was voted for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from wagtail.models import Site

from community.activity.telling import hearers
from community.core.markup import plain_text
from community.core.permissions import allowed
from community.members.audience import tokens_load
from community.members.models import Member
from ideas.audience import sees
from ideas.models import Idea, IdeaFollow, Merge, Status, StatusChange, Vote, VoteNote
from ideas.selectors.idea import idea_for
from ideas.selectors.rows import StatusView, idea_url, status_view
from ideas.selectors.similar import similar_ideas

FOUND = 10
NOTES = 10


@dataclass(frozen=True, kw_only=True)
class StatusPage:
    """An idea about to be decided."""

    id: int
    title: str
    url: str
    language: str
    status_id: int
    statuses: tuple[tuple[int, str], ...]
    told: int
    """Followers who will hear of it."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An idea that another may be merged into."""

    id: int
    title: str
    url: str
    status: StatusView
    board: str
    votes: int


@dataclass(frozen=True, kw_only=True)
class MergePreview:
    """What a merge would come to."""

    target: Candidate
    both: int
    """Members who vote for both, and count once."""
    votes: int
    """Of the target, afterwards."""
    followers: int
    """Who will hear of the target besides those who do."""


@dataclass(frozen=True, kw_only=True)
class MergePage:
    """An idea about to be merged."""

    id: int
    title: str
    url: str
    votes: int
    candidates: tuple[Candidate, ...]
    preview: MergePreview | None


@dataclass(frozen=True, kw_only=True)
class CustomerVote:
    """A vote a colleague cast for a customer, and why."""

    customer: str
    customer_handle: str
    colleague: str
    reason: str
    at: Any


@dataclass(frozen=True, kw_only=True)
class IdeaStaff:
    """What colleagues may do with an idea, and what was done for customers."""

    id: int
    may_decide: bool
    may_merge: bool
    may_vote_for: bool
    merged: tuple[tuple[int, str], ...]
    """Id and title of what was merged into it and can stand by itself again."""
    notes: tuple[CustomerVote, ...]


def status_page(idea_id: int, *, site: Site, viewer: Member) -> StatusPage:
    """Return what deciding needs. Raises: Http404. Queries: 5."""
    idea = idea_for(idea_id, site=site, viewer=viewer)
    return StatusPage(
        id=idea.pk,
        title=idea.title,
        url=idea_url(idea),
        language=idea.language,
        status_id=idea.status_id,
        statuses=tuple((status.pk, status.name) for status in Status.objects.filter(site=site)),
        told=followers_told(idea, except_for=viewer),
    )


def followers_told(idea: Idea, *, except_for: Member) -> int:
    """Count the members who will hear when an idea moves: its followers who may see it and want to hear of it, without
    the one who acts. Queries: 3.
    """
    follows = IdeaFollow.objects.filter(idea=idea, is_on=True).exclude(member=except_for).values("member_id")
    members = list(Member.objects.active().joined().filter(pk__in=follows))
    tokens_load(members)
    return len(hearers("ideas.status_changed", [member for member in members if sees(member, idea)]))


def merge_page(idea_id: int, *, site: Site, viewer: Member, text: str = "", into: int | None = None) -> MergePage:
    """Return where an idea may go: what is like it, or what `text` finds; and what the chosen merge comes to.

    Raises: Http404. Queries: 7 at most.
    """
    idea = idea_for(idea_id, site=site, viewer=viewer)
    others = Idea.objects.filter(site=site).listed().visible_to(viewer).exclude(pk=idea.pk)
    others = others.select_related("board", "status").defer("raw", "cooked")
    target = others.filter(pk=into).first() if into else None
    if into and target is None:
        raise Http404
    if text:
        wanted = text.rstrip("/").split("/i/")[-1].split("/")[0].lstrip("#")
        by_number = others.filter(pk=int(wanted)) if wanted.isdecimal() and len(wanted) < 16 else others.none()
        found = list(by_number) or list(others.filter(title__icontains=text).order_by("-vote_count", "-pk")[:FOUND])
    else:
        found = _alike(idea, others, site, viewer)
    return MergePage(
        id=idea.pk,
        title=idea.title,
        url=idea_url(idea),
        votes=idea.vote_count,
        candidates=tuple(_candidate(other) for other in found),
        preview=_preview(idea, target) if target else None,
    )


def _alike(idea: Idea, others: Any, site: Site, viewer: Member) -> list[Idea]:
    alike = similar_ideas(
        title=idea.title,
        text=plain_text(idea.cooked),
        site=site,
        viewer=viewer,
        language=idea.language,
        exclude=idea.pk,
        limit=FOUND,
    )
    ideas = {other.pk: other for other in others.filter(pk__in=[one.id for one in alike])}
    return [ideas[one.id] for one in alike if one.id in ideas]


def _candidate(idea: Idea) -> Candidate:
    return Candidate(
        id=idea.pk,
        title=idea.title,
        url=idea_url(idea),
        status=status_view(idea.status),
        board=idea.board.name,
        votes=idea.vote_count,
    )


def _preview(idea: Idea, target: Idea) -> MergePreview:
    there = Vote.objects.filter(idea=target).values("member_id")
    both = Vote.objects.filter(idea=idea, member_id__in=there).count()
    known = IdeaFollow.objects.filter(idea=target).values("member_id")
    new = IdeaFollow.objects.filter(idea=idea, is_on=True).exclude(member_id__in=known)
    return MergePreview(
        target=_candidate(target),
        both=both,
        votes=idea.vote_count + target.vote_count - both,
        followers=new.count(),
    )


def idea_staff(idea_id: int, *, viewer: Member) -> IdeaStaff | None:
    """Return what colleagues may do with an idea; None when it is gone. Queries: 3."""
    idea = Idea.objects.select_related("board", "status").defer("raw", "cooked").filter(pk=idea_id).first()
    if idea is None:
        return None
    may_merge = allowed("ideas.idea_merge", viewer, idea)
    merges = Merge.objects.filter(target=idea, undone_at=None).select_related("source").order_by("pk")
    return IdeaStaff(
        id=idea.pk,
        may_decide=allowed("ideas.status_change", viewer, idea),
        may_merge=may_merge and not idea.merged_into_id,
        may_vote_for=allowed("ideas.vote_for", viewer, idea),
        merged=tuple((merge.source_id, merge.source.title) for merge in merges) if may_merge else (),
        notes=tuple(_notes(idea)),
    )


def _notes(idea: Idea) -> list[CustomerVote]:
    """Return the newest votes for customers that stand. Queries: 1."""
    standing = Vote.objects.filter(idea=idea, cast_by__isnull=False).values("member_id")
    notes = VoteNote.objects.filter(entry__idea=idea, entry__member_id__in=standing)
    return [
        CustomerVote(
            customer=note.entry.member.display_name,
            customer_handle=note.entry.member.handle,
            colleague=note.entry.cast_by.display_name if note.entry.cast_by else "",
            reason=note.text,
            at=note.entry.created_at,
        )
        for note in notes.select_related("entry__member", "entry__cast_by").order_by("-pk")[:NOTES]
    ]


@dataclass(frozen=True, kw_only=True)
class StatusLine:
    """A status in the list of a site's."""

    id: int
    name: str
    kind: str
    lane: str
    is_used: bool


def status_lines(site: Site) -> tuple[StatusLine, ...]:
    """Return the statuses of a site, in order. Queries: 3."""
    statuses: Sequence[Status] = list(Status.objects.filter(site=site))
    used = set(Idea.objects.filter(status__in=statuses).order_by().values_list("status_id", flat=True).distinct())
    changes = StatusChange.objects.filter(after__in=statuses).order_by()
    used |= set(changes.values_list("after_id", flat=True).distinct())
    return tuple(
        StatusLine(
            id=status.pk,
            name=status.name,
            kind=status.get_kind_display(),
            lane=status.get_lane_display(),
            is_used=status.pk in used,
        )
        for status in statuses
    )


def status_of(status_id: int, *, site: Site) -> Status:
    """Return a status of a site. Raises: Http404. Queries: 1."""
    status: Status | None = Status.objects.filter(site=site, pk=status_id).first()
    if status is None:
        raise Http404
    return status


def customer_of(text: str) -> Member | None:
    """Return the member with this handle or address, None for nobody. Queries: 1."""
    wanted = text.strip().removeprefix("@")
    named = {"email__iexact": wanted} if "@" in wanted else {"handle__iexact": wanted}
    found: Member | None = Member.objects.filter(**named).first() if wanted else None
    return found
