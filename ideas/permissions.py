"""Who may do what with ideas. Every check raises Denied with a reason a person may read. Queries: 0 each."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.core.errors import Denied
from community.core.permissions import Check
from community.members.permissions import has_role, member_write_check
from community.members.visibility import oversees
from ideas.audience import sees
from ideas.models import Board, Comment, Idea, Visibility

NOT_HERE = _("This is not here, or not for you.")


def _see_check(member: Any, thing: Board | Idea | Comment) -> None:
    if not sees(member, thing):
        raise Denied(NOT_HERE)


def _open_check(idea: Idea) -> None:
    """Nobody acts on what is out of sight, or stands elsewhere now."""
    if idea.visibility == Visibility.HELD:
        raise Denied(_("Nobody can do this until a moderator has looked at the idea."))
    if idea.visibility != Visibility.VISIBLE:
        raise Denied(_("Nobody can do this while the idea is hidden."))
    if idea.merged_into_id:
        raise Denied(_("This idea was merged into another: go on there."))


def board_view_check(member: Any, board: Board) -> None:
    """May `member` (or a visitor) read the board?"""
    _see_check(member, board)


def idea_view_check(member: Any, idea: Idea) -> None:
    """May `member` (or a visitor) read the idea?"""
    _see_check(member, idea)


def comment_view_check(member: Any, comment: Comment) -> None:
    """May `member` (or a visitor) read the comment?"""
    _see_check(member, comment)


def idea_share_check(member: Any, board: Board) -> None:
    """May `member` share an idea on the board?"""
    member_write_check(member)
    _see_check(member, board)


def vote_cast_check(member: Any, idea: Idea) -> None:
    """May `member` vote for the idea?"""
    member_write_check(member)
    _see_check(member, idea)
    _open_check(idea)
    if idea.status.is_closed:
        raise Denied(_("Voting has ended: this idea was decided."))


def vote_withdraw_check(member: Any, idea: Idea) -> None:
    """May `member` take their vote back? As long as the idea is not decided."""
    vote_cast_check(member, idea)


def comment_create_check(member: Any, idea: Idea) -> None:
    """May `member` comment on the idea?"""
    member_write_check(member)
    _see_check(member, idea)
    _open_check(idea)


def idea_follow_check(member: Any, idea: Idea) -> None:
    """May `member` follow the idea?"""
    member_write_check(member)
    _see_check(member, idea)


def idea_edit_check(member: Any, idea: Idea) -> None:
    """May `member` change the words of the idea? Its author until it is decided, and those who oversee."""
    member_write_check(member)
    _see_check(member, idea)
    if oversees(member):
        return
    if idea.author_id != member.pk:
        raise Denied(_("Only the author can change this idea."))
    if idea.visibility not in (Visibility.VISIBLE, Visibility.HELD):
        raise Denied(_("A hidden idea cannot be changed until a moderator has looked at it."))
    if idea.status.is_closed or idea.merged_into_id:
        raise Denied(_("This idea was decided: its words stay."))


def idea_delete_check(member: Any, idea: Idea) -> None:
    """May `member` delete the idea? Its author, unless others voted or commented, and those who oversee."""
    member_write_check(member)
    _see_check(member, idea)
    if oversees(member):
        return
    if idea.author_id != member.pk:
        raise Denied(_("Only the author can delete this idea."))
    if idea.vote_count > 1 or idea.comment_count:
        raise Denied(_("Others have voted or commented: ask a moderator to remove this idea."))


def comment_edit_check(member: Any, comment: Comment) -> None:
    """May `member` change the comment? Its author and those who oversee."""
    member_write_check(member)
    _see_check(member, comment)
    if oversees(member):
        return
    if comment.author_id != member.pk:
        raise Denied(_("Only the author can change this comment."))
    if comment.visibility not in (Visibility.VISIBLE, Visibility.HELD):
        raise Denied(_("A hidden comment cannot be changed until a moderator has looked at it."))


def comment_delete_check(member: Any, comment: Comment) -> None:
    """May `member` delete the comment? Its author and those who oversee."""
    member_write_check(member)
    _see_check(member, comment)
    if comment.author_id != member.pk and not oversees(member):
        raise Denied(_("Only the author can delete this comment."))


def visibility_change_check(member: Any, thing: Idea | Comment) -> None:
    """May `member` hide the thing, or bring it back? Moderators and administrators."""
    member_write_check(member)
    if not oversees(member):
        raise Denied(_("Only moderators can hide or restore ideas and comments."))


def board_change_check(member: Any, board: Board | None = None) -> None:
    """May `member` create and change boards? Administrators."""
    member_write_check(member)
    if not has_role(member, "administrator"):
        raise Denied(_("Only administrators can change boards."))


def status_change_check(member: Any, idea: Idea) -> None:
    """May `member` move the idea to another status and answer for the company? Product managers."""
    member_write_check(member)
    if not has_role(member, "product_manager"):
        raise Denied(_("Only product managers can decide about ideas."))
    _see_check(member, idea)
    _open_check(idea)


def statuses_change_check(member: Any, thing: Any = None) -> None:
    """May `member` say which statuses a site has? Product managers."""
    member_write_check(member)
    if not has_role(member, "product_manager"):
        raise Denied(_("Only product managers can decide about ideas."))


def idea_merge_check(member: Any, idea: Idea) -> None:
    """May `member` merge the idea into another one? Product managers and moderators."""
    member_write_check(member)
    if not has_role(member, "product_manager", "moderator"):
        raise Denied(_("Only product managers and moderators can merge ideas."))
    _see_check(member, idea)


def ideas_merge_check(member: Any, source: Idea, target: Idea) -> None:
    """May `member` merge these two?"""
    idea_merge_check(member, source)
    _see_check(member, target)
    _open_check(source)
    _open_check(target)
    if source.pk == target.pk or source.site_id != target.site_id:
        raise Denied(_("Choose another idea of this site."))
    if source.board.audience != target.board.audience:
        raise Denied(_("Both ideas must be open to the same people."))


def ideas_unmerge_check(member: Any, source: Idea, target: Idea) -> None:
    """May `member` let the source stand by itself again?"""
    idea_merge_check(member, source)
    if target.merged_into_id:
        raise Denied(_("The idea it was merged into was merged itself: undo that first."))


def vote_for_check(member: Any, idea: Idea) -> None:
    """May `member` vote for a customer? Support agents and product managers, while voting is open."""
    vote_cast_check(member, idea)
    if not has_role(member, "support_agent", "product_manager"):
        raise Denied(_("Only support agents and product managers can vote for customers."))


def customer_vote_check(customer: Any, idea: Idea) -> None:
    """May somebody else's vote be cast for `customer`? They must be able to see it and take it back."""
    if customer.state != "active" or not sees(customer, idea):
        raise Denied(_("This person cannot see the idea here, so nobody can vote for them."))


CHECKS: dict[str, Check] = {
    "ideas.board_view": board_view_check,
    "ideas.idea_view": idea_view_check,
    "ideas.comment_view": comment_view_check,
    "ideas.idea_share": idea_share_check,
    "ideas.vote_cast": vote_cast_check,
    "ideas.vote_withdraw": vote_withdraw_check,
    "ideas.comment_create": comment_create_check,
    "ideas.idea_follow": idea_follow_check,
    "ideas.idea_edit": idea_edit_check,
    "ideas.idea_delete": idea_delete_check,
    "ideas.comment_edit": comment_edit_check,
    "ideas.comment_delete": comment_delete_check,
    "ideas.visibility_change": visibility_change_check,
    "ideas.board_change": board_change_check,
    "ideas.status_change": status_change_check,
    "ideas.statuses_change": statuses_change_check,
    "ideas.idea_merge": idea_merge_check,
    "ideas.vote_for": vote_for_check,
}
"""By the name templates ask for."""
