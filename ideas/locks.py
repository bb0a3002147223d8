"""Row locks: the one place that takes them. Always a merge before its ideas, the idea before its
comments, ideas in order of id.

PostgreSQL locks the row; SQLite has no row locks and needs none: transactions begin IMMEDIATE, one writer at a time.
"""

from ideas.models import Comment, Idea, Merge


def idea_lock(idea_id: int) -> Idea:
    """Lock and load an idea with its board and status. Raises: Idea.DoesNotExist. Queries: 1."""
    ideas = Idea.objects.select_related("board", "status")
    idea: Idea = ideas.select_for_update(of=("self",)).get(pk=idea_id)
    return idea


def ideas_lock(*idea_ids: int) -> list[Idea]:
    """Lock and load several ideas in order of id; return them as asked. Raises: Idea.DoesNotExist. Queries: 1 each."""
    found = {idea_id: idea_lock(idea_id) for idea_id in sorted(set(idea_ids))}
    return [found[idea_id] for idea_id in idea_ids]


def comment_lock(comment_id: int) -> Comment:
    """Lock the idea of a comment and load both. Raises: Comment.DoesNotExist. Queries: 3."""
    idea = idea_lock(Comment.objects.values_list("idea_id", flat=True).get(pk=comment_id))
    comment: Comment = Comment.objects.get(pk=comment_id)
    comment.idea = idea
    return comment


def merge_lock(source_id: int) -> Merge:
    """Lock and load the merge an idea is in. Raises: Merge.DoesNotExist when it stands by itself. Queries: 1."""
    merge: Merge = Merge.objects.select_for_update(of=("self",)).get(source_id=source_id, undone_at=None)
    return merge
