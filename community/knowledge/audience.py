"""Who may see a page: Wagtail's view restrictions of all pages above it, as audience tokens."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet
from wagtail.models import Page, PageViewRestriction

from community.core.audience import MEMBERS, NOBODY, PUBLIC
from community.core.db.prepared import Prepared
from community.members.models import MemberGroup
from community.members.permissions import ROLES_OF_CMS_GROUPS
from community.members.visibility import OVERSEERS

_PUBLIC = frozenset({PUBLIC})


class Placed(Protocol):
    """A page, as far as its audience goes."""

    pk: Any
    path: str
    live: bool


@dataclass(frozen=True)
class Fence:
    """Who may enter a part of the tree, given everything above it, too."""

    path: str
    tokens: frozenset[str]


def fences() -> list[Fence]:
    """Return the restricted and the unpublished branches, upper ones first; a lower one never lets more people in.

    What lies below an unpublished page is seen by nobody, and a group of which we know no members is nobody. Of two
    restrictions above each other both must be met; where tokens cannot say that, fewer people see it.

    Queries: 3, whatever the number of pages.
    """
    own = [(path, NOBODY) for path in _closed_branches()] + _restricted_branches()
    found: list[Fence] = []
    for path, tokens in sorted(own, key=lambda branch: (len(branch[0]), branch[0])):
        found.append(Fence(path, _within(tokens, audience_at(path, found))))
    return found


def audience_at(path: str, branches: Iterable[Fence]) -> frozenset[str]:
    """Return the tokens of a published page at `path`. Queries: 0."""
    tokens = _PUBLIC
    for fence in branches:
        if path.startswith(fence.path):
            tokens = _within(fence.tokens, tokens)
    return tokens


def audiences(pages: Iterable[Placed]) -> dict[int, frozenset[str]]:
    """Return the tokens of each page; a page that is not published has none: its place is the CMS. Queries: 3."""
    listed = list(pages)
    branches = fences() if listed else []
    return {page.pk: audience_at(page.path, branches) if page.live else NOBODY for page in listed}


def _within(tokens: frozenset[str], above: frozenset[str]) -> frozenset[str]:
    """Return who is let in by both; every token but `public` is one of members, so `members` adds nothing to it."""
    if PUBLIC in above or not tokens:
        return tokens
    if MEMBERS in above:
        return tokens
    return above if MEMBERS in tokens else tokens & above


def _closed() -> QuerySet[Page, Any]:
    return Page.objects.filter(live=False, numchild__gt=0, depth__gt=1).order_by("path").values_list("path")


def _restrictions() -> QuerySet[PageViewRestriction, Any]:
    """One row for each group of a restriction, one with None for a restriction without groups."""
    found = PageViewRestriction.objects.order_by("pk", "groups__name")
    return found.values_list("pk", "page__path", "restriction_type", "groups__name")


_read_closed = Prepared(_closed)
_read_restrictions = Prepared(_restrictions)


def _closed_branches() -> list[str]:
    return [path for (path,) in _read_closed()]


def _restricted_branches() -> list[tuple[str, frozenset[str]]]:
    rows = _read_restrictions()
    kinds = {pk: (path, kind) for pk, path, kind, _name in rows}
    names: dict[int, list[str]] = {pk: [] for pk in kinds}
    for pk, _path, kind, name in rows:
        if kind == PageViewRestriction.GROUPS and name is not None:
            names[pk].append(name)
    groups = dict(MemberGroup.objects.values_list("slug", "pk")) if any(names.values()) else {}
    found = []
    for pk, (path, kind) in kinds.items():
        if kind == PageViewRestriction.LOGIN:
            tokens = frozenset({MEMBERS})
        elif kind == PageViewRestriction.GROUPS:
            tokens = OVERSEERS.union(*(_tokens_of(name, groups) for name in names[pk]))
        else:
            tokens = NOBODY  # a password that is handed round is no audience of ours
        found.append((path, tokens))
    return found


def _tokens_of(name: str, groups: dict[str, int]) -> frozenset[str]:
    """Return the tokens that members of the CMS's group `name` carry: those of roles, or of our group of that slug."""
    roles = frozenset(f"role:{role}" for role in ROLES_OF_CMS_GROUPS.get(name, ()))
    return roles | ({f"group:{groups[name]}"} if name in groups else frozenset())
