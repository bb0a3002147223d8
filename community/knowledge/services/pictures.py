"""Pictures of articles that come from outside of the CMS."""

from hashlib import sha1
from typing import IO

from django.core.files.base import ContentFile
from wagtail.images.models import Image

from community.core.uploads import encode_again

TITLE_LENGTH = 255


def picture_put(file: IO[bytes], *, title: str) -> Image:
    """Return the picture in the CMS's library, put there when none of the same content is; encoded again by us.

    Raises: Invalid. Idempotent: yes. Queries: 1, or 3 for a new one. Call it outside a transaction.
    """
    encoded = encode_again(file, purpose="post")
    file_hash = sha1(encoded.data, usedforsecurity=False).hexdigest()  # as Wagtail names contents
    there: Image | None = Image.objects.filter(file_hash=file_hash).order_by("pk").first()
    if there:
        return there
    image: Image = Image.objects.create(
        title=title[:TITLE_LENGTH],
        file=ContentFile(encoded.data, name=f"{file_hash[:12]}.webp"),
        width=encoded.width,
        height=encoded.height,
        file_size=len(encoded.data),
        file_hash=file_hash,
    )
    return image
