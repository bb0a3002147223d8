"""Who may do what in the forums. Every check raises Denied with a reason a person may read. Queries: 0 each."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.core.errors import Denied
from community.core.permissions import Check
from community.members.permissions import has_role, is_staff_member, member_write_check
from community.members.visibility import oversees
from forums.audience import sees
from forums.models import Category, Post, Topic, Visibility
from forums.states import WAITS, Kind, State

NOT_HERE = _("This is not here, or not for you.")


def _see_check(member: Any, thing: Category | Topic | Post) -> None:
    if not sees(member, thing):
        raise Denied(NOT_HERE)


def category_view_check(member: Any, category: Category) -> None:
    """May `member` (or a visitor) read the category?"""
    _see_check(member, category)


def topic_view_check(member: Any, topic: Topic) -> None:
    """May `member` (or a visitor) read the topic?"""
    _see_check(member, topic)


def post_view_check(member: Any, post: Post) -> None:
    """May `member` (or a visitor) read the post?"""
    _see_check(member, post)


def topic_create_check(member: Any, category: Category) -> None:
    """May `member` ask or start a topic in the category?"""
    member_write_check(member)
    _see_check(member, category)


def reply_create_check(member: Any, topic: Topic) -> None:
    """May `member` reply to the topic?"""
    member_write_check(member)
    _see_check(member, topic)
    if topic.visibility == Visibility.HELD:
        raise Denied(_("Nobody can reply until a moderator has looked at this topic."))
    if topic.visibility != Visibility.VISIBLE:
        raise Denied(_("Nobody can reply while this topic is hidden."))
    if topic.closed_at and not is_staff_member(member):
        raise Denied(_("This topic is closed to new replies."))


def post_edit_check(member: Any, post: Post) -> None:
    """May `member` change the text of the post? Its author and those who oversee."""
    member_write_check(member)
    _see_check(member, post)
    if oversees(member):
        return
    if post.author_id != member.pk:
        raise Denied(_("Only the author can change this post."))
    if post.visibility not in (Visibility.VISIBLE, Visibility.HELD):
        raise Denied(_("A hidden post cannot be changed until a moderator has looked at it."))
    if post.topic.closed_at:
        raise Denied(_("This topic is closed."))


def post_history_check(member: Any, post: Post) -> None:
    """May `member` see the earlier texts of the post? Whoever may read it."""
    _see_check(member, post)


def post_delete_check(member: Any, post: Post) -> None:
    """May `member` delete the post? Its author, unless others built on it, and those who oversee."""
    member_write_check(member)
    _see_check(member, post)
    if oversees(member):
        return
    if post.author_id != member.pk:
        raise Denied(_("Only the author can delete this post."))
    if post.number == 1 and post.topic.post_count > 1:
        raise Denied(_("Others have replied: ask a moderator to remove this topic."))
    if post.topic.accepted_post_id == post.pk:
        raise Denied(_("This is the accepted answer: ask a moderator to remove it."))


def post_hide_check(member: Any, post: Post) -> None:
    """May `member` hide the post? Moderators and administrators."""
    member_write_check(member)
    if not oversees(member):
        raise Denied(_("Only moderators can hide posts."))


def post_restore_check(member: Any, post: Post) -> None:
    """May `member` bring back a hidden or deleted post? Moderators and administrators."""
    member_write_check(member)
    if not oversees(member):
        raise Denied(_("Only moderators can restore posts."))


def answer_accept_check(member: Any, post: Post) -> None:
    """May `member` accept the post as the answer of its question? The asker and staff."""
    member_write_check(member)
    _see_check(member, post)
    if post.topic.kind != Kind.QUESTION:
        raise Denied(_("A discussion has no accepted answer."))
    if post.topic.author_id != member.pk and not is_staff_member(member):
        raise Denied(_("Only the person who asked, or staff, can accept an answer."))
    if post.number == 1:
        raise Denied(_("The question itself cannot be its answer."))
    if post.visibility != Visibility.VISIBLE or post.topic.visibility != Visibility.VISIBLE:
        raise Denied(_("A hidden post cannot be the answer."))


def answer_unaccept_check(member: Any, topic: Topic) -> None:
    """May `member` take the acceptance back? The asker and staff."""
    member_write_check(member)
    _see_check(member, topic)
    if topic.author_id != member.pk and not is_staff_member(member):
        raise Denied(_("Only the person who asked, or staff, can change the accepted answer."))


def same_problem_toggle_check(member: Any, topic: Topic) -> None:
    """May `member` say they have the problem, too?"""
    member_write_check(member)
    _see_check(member, topic)
    if topic.kind != Kind.QUESTION:
        raise Denied(_("Only questions have problems to share."))
    if topic.author_id == member.pk:
        raise Denied(_("It is your own question."))
    if topic.visibility != Visibility.VISIBLE:
        raise Denied(NOT_HERE)


def helpful_toggle_check(member: Any, post: Post) -> None:
    """May `member` mark the post as helpful?"""
    member_write_check(member)
    _see_check(member, post)
    if post.author_id == member.pk:
        raise Denied(_("You cannot mark your own post."))
    if post.visibility != Visibility.VISIBLE or post.topic.visibility != Visibility.VISIBLE:
        raise Denied(NOT_HERE)


def topic_follow_check(member: Any, topic: Topic) -> None:
    """May `member` follow the topic?"""
    member_write_check(member)
    _see_check(member, topic)


def question_escalate_check(member: Any, topic: Topic) -> None:
    """May `member` hand the question to support? Support agents, moderators and administrators."""
    member_write_check(member)
    _see_check(member, topic)
    if not has_role(member, "support_agent", "moderator"):
        raise Denied(_("Only support agents and moderators can hand a question to support."))
    if topic.kind != Kind.QUESTION:
        raise Denied(_("Only a question can be handed to support."))
    if topic.state == State.ESCALATED:
        raise Denied(_("Support has this question already."))
    if State(topic.state) not in WAITS:
        raise Denied(_("This question is solved."))
    if topic.visibility != Visibility.VISIBLE:
        raise Denied(_("A hidden question cannot be handed to support."))


def topic_close_check(member: Any, topic: Topic) -> None:
    """May `member` close the topic to replies, or open it again? Moderators and administrators."""
    member_write_check(member)
    if not oversees(member):
        raise Denied(_("Only moderators can close topics."))


def category_change_check(member: Any, category: Category | None = None) -> None:
    """May `member` create and change categories? Administrators."""
    member_write_check(member)
    if not has_role(member, "administrator"):
        raise Denied(_("Only administrators can change categories."))


def upload_create_check(member: Any) -> None:
    """May `member` upload pictures?"""
    member_write_check(member)


def case_view_check(member: Any, topic: Topic) -> None:
    """May `member` see the case a CRM keeps about the question? Staff."""
    if not is_staff_member(member):
        raise Denied(NOT_HERE)
    _see_check(member, topic)


CHECKS: dict[str, Check] = {
    "forums.category_view": category_view_check,
    "forums.topic_view": topic_view_check,
    "forums.post_view": post_view_check,
    "forums.topic_create": topic_create_check,
    "forums.reply_create": reply_create_check,
    "forums.post_edit": post_edit_check,
    "forums.post_history": post_history_check,
    "forums.post_delete": post_delete_check,
    "forums.post_hide": post_hide_check,
    "forums.post_restore": post_restore_check,
    "forums.answer_accept": answer_accept_check,
    "forums.answer_unaccept": answer_unaccept_check,
    "forums.same_problem_toggle": same_problem_toggle_check,
    "forums.helpful_toggle": helpful_toggle_check,
    "forums.topic_follow": topic_follow_check,
    "forums.question_escalate": question_escalate_check,
    "forums.topic_close": topic_close_check,
    "forums.category_change": category_change_check,
    "forums.upload_create": upload_create_check,
    "forums.case_view": case_view_check,
}
"""By the name templates ask for."""
