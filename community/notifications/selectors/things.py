"""What notices speak of, met through Subjects: read at once for many notices, and only what the reader may see."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from community.activity.subjects import Card, subjects
from community.core.addresses import path_plain
from community.core.audience import may_see
from community.members.audience import tokens_of
from community.members.models import Member
from community.notifications.kinds.base import Kind, Thing


@dataclass(frozen=True, kw_only=True)
class Things:
    """Cards and audiences of some things."""

    cards: dict[Thing, Card] = field(default_factory=dict)
    audiences: dict[Thing, frozenset[str]] = field(default_factory=dict)
    shown: frozenset[Thing] = frozenset()

    def seen_by(self, member: Member, thing: Thing, *, may_be_hidden: bool = False) -> bool:
        """Tell whether `member` may be told of `thing`: it exists, is visible, and is for them. Queries: 0."""
        audience = self.audiences.get(thing)
        if audience is None or thing not in self.cards or not (may_be_hidden or thing in self.shown):
            return False
        return may_see(audience, tokens_of(member))


def things_of(things: Iterable[Thing]) -> Things:
    """Read these things. Queries: constant for each kind among them."""
    by_kind: dict[str, set[int]] = {}
    for kind, pk in things:
        by_kind.setdefault(kind, set()).add(pk)
    cards: dict[Thing, Card] = {}
    audiences: dict[Thing, frozenset[str]] = {}
    shown: set[Thing] = set()
    for kind, ids in by_kind.items():
        subject = subjects.get(kind)
        if subject is None:
            continue
        cards |= {(kind, pk): card for pk, card in subject.cards(ids).items()}
        audiences |= {(kind, pk): audience for pk, audience in subject.audience(ids).items()}
        shown |= {(kind, pk) for pk in subject.shown(ids)}
    return Things(cards=cards, audiences=audiences, shown=frozenset(shown))


def page_of(kind: Kind, card: Card) -> str:
    """Return where a notice leads, without language prefix: the kind's own page, or the thing's."""
    return path_plain(kind.page) if kind.page else card.url
