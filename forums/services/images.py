"""Pictures in posts."""

from community.core.uploads import StoredImage, UploadedFile, delete_image, store_image, stored_images
from community.members.models import Member
from forums.models import Draft, PostImage
from forums.permissions import upload_create_check


def image_upload(*, member: Member, file: UploadedFile) -> StoredImage:
    """Store a picture for a text being written; the text shows it as `![what is on it](url)`.

    Raises: Denied; Invalid (field `image`) for anything that is no picture within the limits; TooMany. Queries: 0.
    """
    upload_create_check(member)
    return store_image(file, owner_id=member.pk, purpose="post")


def images_forget(member_id: int) -> int:
    """Delete the pictures of a member that neither a post nor a draft shows; return how many. Idempotent: yes."""
    urls = stored_images(owner_id=member_id, purpose="post")
    shown = set(PostImage.objects.filter(url__in=urls).values_list("url", flat=True))
    drafts = "\n".join(Draft.objects.filter(member_id=member_id).values_list("body", flat=True))
    left = [url for url in urls if url not in shown and url not in drafts]
    for url in left:
        delete_image(url)
    return len(left)
