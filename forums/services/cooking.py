"""What goes with a cooked text: what it shows and leads to, and cooking it again when the cooker changes."""

from django.db import transaction

from community.activity.subjects import subjects
from community.core.markup import COOKER_VERSION, Cooked
from community.members.writing import text_preview
from forums.cooking import IMPORT_LENGTH
from forums.models import Post, PostImage, PostReference


def links_keep(post: Post, cooked: Cooked) -> None:
    """Remember which of our pictures the post shows and which things of other apps it leads to.

    Queries: 0 for a new post with neither; 1 for either; 2 more for a post that was changed.
    """
    if post.edit_number:
        PostImage.objects.filter(post=post).exclude(url__in=cooked.images).delete()
        PostReference.objects.filter(post=post).delete()
    if cooked.images:
        images = (PostImage(post=post, url=url) for url in dict.fromkeys(cooked.images))
        PostImage.objects.bulk_create(images, ignore_conflicts=True)
    references = [
        PostReference(post=post, kind=kind, subject_id=pk)
        for kind, subject in subjects.items()
        for pk in sorted(subject.linked(cooked.html))
    ]
    if references:
        PostReference.objects.bulk_create(references, ignore_conflicts=True)


def recook_posts(*, limit: int = 200) -> int:
    """Cook again up to `limit` posts of an older cooker, oldest first; return how many. Idempotent: yes.

    A post edited meanwhile keeps what the edit cooked. Nothing is recorded: what a post says does not change.
    """
    stale = list(
        Post.objects.filter(cooker_version__lt=COOKER_VERSION)
        .order_by("cooker_version", "id")
        .only("id", "raw", "edit_number")[:limit]
    )
    for post in stale:
        cooked = text_preview(post.raw, max_length=max(IMPORT_LENGTH, len(post.raw)))
        with transaction.atomic():
            Post.objects.filter(pk=post.pk, edit_number=post.edit_number).update(
                cooked=cooked.html, cooker_version=COOKER_VERSION
            )
    return len(stale)
