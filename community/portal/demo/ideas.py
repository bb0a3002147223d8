"""Ideas of the demo community, written through the services; the words are in `ideas_<brand>.toml`."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from wagtail.models import Site

from community.members.models import Member
from ideas.models import Board, Idea, Status
from ideas.services import board_create, comment_create, idea_share, status_change, vote_set

FOLDER = Path(__file__).parent
ORIGIN = "seed"


def ideas_content(brand: str) -> dict[str, Any]:
    """Return the boards and ideas of a brand as they stand in its file."""
    return tomllib.loads((FOLDER / f"ideas_{brand}.toml").read_text(encoding="utf-8"))


def ideas_seed(site: Site, members: Mapping[str, Member], now: datetime, *, brand: str) -> int:
    """Write boards and ideas that are not there yet; return how many ideas there are to be. Idempotent: yes."""
    content = ideas_content(brand)
    boards = {board.slug: board for board in Board.objects.filter(site=site)}
    for position, row in enumerate(content["boards"], start=1):
        if row["slug"] not in boards:
            boards[row["slug"]] = board_create(member=None, site=site, position=position, **row)
    statuses = {status.kind: status.pk for status in Status.objects.filter(site=site)}
    for row in content["ideas"]:
        if not Idea.objects.filter(site=site, title=row["title"]).exists():
            _idea(row, boards[row["board"]], members, statuses, now)
    return len(content["ideas"])


def _idea(
    row: dict[str, Any], board: Board, members: Mapping[str, Member], statuses: Mapping[str, int], now: datetime
) -> None:
    idea = idea_share(
        member=members[row["by"]],
        board=board,
        title=row["title"],
        body=row["text"].strip(),
        origin=ORIGIN,
        occurred_at=now - timedelta(hours=row["age"]),
    )
    for handle, age in row["votes"].items():
        at = now - timedelta(hours=age)
        vote_set(member=members[handle], idea_id=idea.pk, wanted=True, origin=ORIGIN, occurred_at=at)
    for said in row.get("comments", ()):
        at = now - timedelta(hours=said["age"])
        author = members[said["by"]]
        comment_create(member=author, idea_id=idea.pk, body=said["text"], origin=ORIGIN, occurred_at=at)
    for move in row.get("moves", ()):
        status_change(
            member=members[move["by"]],
            idea_id=idea.pk,
            status_id=statuses[move["to"]],
            note=move.get("text", ""),
            origin=ORIGIN,
            occurred_at=now - timedelta(hours=move["age"]),
        )
