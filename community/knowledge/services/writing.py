"""Putting pages into the tree as the CMS does: with a revision, and published or not."""

from typing import TypeVar

from django.db import transaction

from community.knowledge.models import Article, BlogIndex, BlogPost, KnowledgeHome, Section
from community.knowledge.services.telling import pages_tell
from community.members.models import Member

Written = TypeVar("Written", Section, Article, BlogPost)


def page_write(
    *,
    parent: KnowledgeHome | Section | BlogIndex,
    page: Written,
    author: Member | None = None,
    publish: bool = False,
    origin: str = "web",
) -> Written:
    """Add an unsaved page below `parent`, in its language; a draft unless `publish`.

    Who may is asked before: this is for imports, set-up and services that checked. An import of many leaves the telling
    to the end: it calls `page_put` and then `pages_tell` once for a batch.

    Args:
        author: owns the page and its first revision; None for the system.
    Returns: the page as stored.
    """
    with transaction.atomic():
        page_put(parent=parent, page=page, author=author, publish=publish)
        if publish:
            pages_tell(actor_id=author.pk if author else None, origin=origin)
    return page


def page_put(
    *, parent: KnowledgeHome | Section | BlogIndex, page: Written, author: Member | None, publish: bool
) -> None:
    """Do what `page_write` does and leave the telling to the caller, in its transaction."""
    page.locale_id = parent.locale_id
    page.owner = author
    page.live = False
    parent.add_child(instance=page)
    page_save(page=page, author=author, publish=publish)


def page_save(*, page: Written, author: Member | None, publish: bool) -> None:
    """Store the page as a new revision, published or not, and leave the telling to the caller."""
    revision = page.save_revision(user=author, log_action=True)
    if publish:
        revision.publish(user=author)
        page.refresh_from_db()
