"""Making and changing boards, and the statuses a site begins with."""

import re
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from community.activity.log import record
from community.core.audience import is_token
from community.core.errors import Invalid
from community.members.models import Member
from ideas.activities import BoardChanged
from ideas.models import Board, Status
from ideas.permissions import board_change_check
from ideas.services.counters import trending_recount
from ideas.states import DEFAULTS

CHANGEABLE = frozenset({"slug", "name", "description", "audience", "language", "position", "half_life_days"})
HALF_LIVES = range(1, 366)
_SLUG = re.compile(r"[\w-]{1,60}")


def board_create(*, member: Member | None, site: Site, name: str, slug: str, **values: Any) -> Board:
    """Make a board; the first of a site brings its statuses.

    Args:
        member: an administrator; None for the system (set-up, seed, import), which is not checked.
        values: any of CHANGEABLE.
    Raises: Denied, Invalid (the field is named). Queries: 5 or less.
    """
    if member is not None:
        board_change_check(member)
    board = Board(site=site)
    _values_set(board, {"name": name, "slug": slug, **values})
    try:
        with transaction.atomic():
            board.save()
            statuses_ensure(site)
    except IntegrityError as taken:
        raise Invalid(_("There is a board with this address."), field="slug") from taken
    return board


def board_update(*, member: Member | None, board_id: int, origin: str = "web", **values: Any) -> Board:
    """Change a board; a new audience is recorded, because it changes who sees everything on it.

    Raises: Board.DoesNotExist, Denied, Invalid. Idempotent: yes. Queries: 4; a new half-life moves all its ideas.
    """
    if member is not None:
        board_change_check(member)
    try:
        with transaction.atomic():
            board: Board = Board.objects.select_for_update(of=("self",)).get(pk=board_id)
            audience, half_life_days = board.audience, board.half_life_days
            _values_set(board, values)
            board.save(update_fields=sorted(values))
            if board.half_life_days != half_life_days:
                trending_recount(board)
            if board.audience != audience:
                actor_id = member.pk if member else None
                record(BoardChanged(ideas=board.idea_count), subject_id=board.pk, actor_id=actor_id, origin=origin)
    except IntegrityError as taken:
        raise Invalid(_("There is a board with this address."), field="slug") from taken
    return board


def statuses_ensure(site: Site) -> None:
    """Give a site the statuses it begins with, unless it has some. Idempotent: yes. Queries: 2 or less."""
    if not Status.objects.filter(site=site).exists():
        Status.objects.bulk_create(
            Status(site=site, kind=kind, lane=lane, position=position) for position, (kind, lane) in enumerate(DEFAULTS)
        )


def _values_set(board: Board, values: dict[str, Any]) -> None:
    unknown = values.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"a board has no {sorted(unknown)}")
    for name, value in values.items():
        setattr(board, name, value.strip() if isinstance(value, str) else value)
    if not board.name:
        raise Invalid(_("Give the board a name."), field="name")
    if not _SLUG.fullmatch(board.slug):
        raise Invalid(_("Use letters, digits and hyphens in the address."), field="slug")
    if not is_token(board.audience):
        raise Invalid(_("Nobody is meant by this audience."), field="audience")
    if board.half_life_days not in HALF_LIVES:
        raise Invalid(_("Between 1 and 365 days."), field="half_life_days")
