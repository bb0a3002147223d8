"""Putting pages into the tree as the CMS does: with a revision, and published or not."""

from typing import TypeVar

from django.db import transaction

from community.knowledge.models import Article, BlogIndex, BlogPost, KnowledgeHome, Section
from community.members.models import Member

Written = TypeVar("Written", Section, Article, BlogPost)


def page_write(
    *, parent: KnowledgeHome | Section | BlogIndex, page: Written, author: Member | None = None, publish: bool = False
) -> Written:
    """Add an unsaved page below `parent`, in its language; a draft unless `publish`.

    Who may is asked before: this is for imports, set-up and services that checked.

    Args:
        author: owns the page and its first revision; None for the system.
    Returns: the page as stored.
    """
    page.locale_id = parent.locale_id
    page.owner = author
    page.live = False
    with transaction.atomic():
        parent.add_child(instance=page)
        revision = page.save_revision(user=author, log_action=True)
        if publish:
            revision.publish(user=author)
            page.refresh_from_db()
    return page
