"""Ideas with something to hide: on boards of every audience, one out of sight, with an account behind them."""

from typing import Any

from community.members.models import Member
from crm_sync.models import SandboxIdea
from ideas.models import Idea
from ideas.services import comment_hide, idea_hide, ideas_merge
from tests.factories.ideas import BoardFactory, CommentFactory, IdeaFactory
from tests.leaks.moderated import HELD_WORD, LINK


def ideas_build(
    owner: Member, moderator: Member, *, members_word: str, staff_word: str, hidden_word: str
) -> dict[str, Any]:
    """Make them; return what rows of the table name."""
    public = BoardFactory(slug="public")
    members = BoardFactory(slug="members", audience="members", name=f"Corner {members_word}")
    staff = BoardFactory(slug="staff", audience="staff", name=f"Office {staff_word}")
    ideas = {
        "public": IdeaFactory(board=public, author=owner),
        "second": IdeaFactory(board=public),
        "members": IdeaFactory(board=members, title=f"Terms {members_word}", body=members_word),
        "staff": IdeaFactory(board=staff, author=moderator, title=f"Salaries {staff_word}", body=staff_word),
        "hidden": IdeaFactory(board=public, author=owner, title=f"Buy {hidden_word}", body=f"Cheap {hidden_word}"),
    }
    for name, idea in ideas.items():  # the address may be guessed and is echoed: it holds no canary
        Idea.objects.filter(pk=idea.pk).update(slug=f"{name}-idea")
    idea_hide(member=moderator, idea_id=ideas["hidden"].pk)
    merged = IdeaFactory(board=public)
    ideas_merge(member=moderator, source_id=merged.pk, target_id=ideas["second"].pk)
    comments = {
        "public": CommentFactory(idea=ideas["public"]),
        "hidden": CommentFactory(idea=ideas["public"], author=owner, body=f"Buy {hidden_word}"),
        "staff": CommentFactory(idea=ideas["staff"], author=moderator, body=staff_word),
    }
    comment_hide(member=moderator, comment_id=comments["hidden"].pk)
    held = IdeaFactory(board=public, author=owner, title=f"Idea {HELD_WORD}", body=f"Read {LINK}")
    Idea.objects.filter(pk=held.pk).update(slug="held-idea")
    ideas["held"], comments["held"] = held, CommentFactory(idea=ideas["public"], author=owner, body=f"See {LINK}")
    assert (held.visibility, comments["held"].visibility) == ("held", "held")
    values: dict[str, Any] = {f"{name}_idea": idea.pk for name, idea in ideas.items()}
    values |= {f"{name}_comment": comment.pk for name, comment in comments.items()}
    values |= {f"{name}_idea_slug": f"{name}-idea" for name in ideas}
    values |= {f"{board.slug}_board": board.slug for board in (public, members, staff)}
    return values | {"merged_idea": merged.pk, "status": ideas["public"].status_id}


def sandbox_idea_build(connection: Any) -> dict[str, Any]:
    """Make an idea in the built-in CRM."""
    idea = SandboxIdea.objects.create(connection=connection, key="x:idea:1", title="Unlock without a network")
    return {"sandbox_idea": idea.pk}
