"""Who may see a page: Wagtail's view restrictions of all pages above it, as audience tokens."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from wagtail.models import Page, PageViewRestriction

from community.core.audience import MEMBERS, NOBODY, PUBLIC
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

    Queries: 4, whatever the number of pages.
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
    """Return the tokens of each page; a page that is not published has none: its place is the CMS. Queries: 4."""
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


def _closed_branches() -> list[str]:
    return list(Page.objects.filter(live=False, numchild__gt=0, depth__gt=1).values_list("path", flat=True))


def _restricted_branches() -> list[tuple[str, frozenset[str]]]:
    restrictions = PageViewRestriction.objects.select_related("page").prefetch_related("groups")
    groups: dict[str, int] | None = None
    found = []
    for restriction in restrictions:
        if restriction.restriction_type == PageViewRestriction.LOGIN:
            tokens = frozenset({MEMBERS})
        elif restriction.restriction_type == PageViewRestriction.GROUPS:
            if groups is None:
                groups = dict(MemberGroup.objects.values_list("slug", "pk"))
            tokens = OVERSEERS.union(*(_tokens_of(group.name, groups) for group in restriction.groups.all()))
        else:
            tokens = NOBODY  # a password that is handed round is no audience of ours
        found.append((restriction.page.path, tokens))
    return found


def _tokens_of(name: str, groups: dict[str, int]) -> frozenset[str]:
    """Return the tokens that members of the CMS's group `name` carry: those of roles, or of our group of that slug."""
    roles = frozenset(f"role:{role}" for role in ROLES_OF_CMS_GROUPS.get(name, ()))
    return roles | ({f"group:{groups[name]}"} if name in groups else frozenset())
