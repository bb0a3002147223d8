"""Uploaded pictures: nothing a person sends is ever served as it came.

A file is judged by its first bytes, never by its name or declared type; it is decoded within limits and written anew by
us as WebP, so that EXIF, trailing archives and scripts are gone. SVG is refused: it is a program. Of an animation the
first frame stays.
"""

import io
import re
from dataclasses import dataclass
from typing import IO, Any, Protocol

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from community.core.errors import Invalid
from community.core.limits import hit

MIB = 1024 * 1024
MAX_PIXELS = 30_000_000
"""Of the picture as sent: a camera's 24 million pass, a bomb does not. Checked before any pixel is decoded."""
QUOTA_BYTES = 200 * MIB
"""What one member may have stored for one purpose."""
UPLOAD_RATE = "60/h"
NAME = re.compile(r"[a-z0-9]{32}\.webp")
_LOSSLESS_PIXELS = 4_000_000
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What pictures of one kind are for, and so how large they may be."""

    max_bytes: int
    max_side_px: int
    square: bool = False


PURPOSES = {
    "avatar": Purpose(max_bytes=5 * MIB, max_side_px=256, square=True),
    "post": Purpose(max_bytes=10 * MIB, max_side_px=2400),
    "brand": Purpose(max_bytes=5 * MIB, max_side_px=1200),
    "icon": Purpose(max_bytes=5 * MIB, max_side_px=512, square=True),
}


@dataclass(frozen=True)
class StoredImage:
    """A picture we serve."""

    url: str
    """Path (`/media/post/7/….webp`); never changes its content."""
    width: int
    height: int


@dataclass(frozen=True)
class EncodedImage:
    """A picture as we wrote it: WebP made of its pixels alone."""

    data: bytes
    width: int
    height: int


class UploadedFile(Protocol):
    """What `store_image` needs of a file; Django's uploads have it."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes."""
        ...


def store_image(file: UploadedFile | IO[bytes], *, owner_id: int, purpose: str) -> StoredImage:
    """Re-encode an uploaded picture, store it under a name nobody can guess, and return where it is.

    Args:
        owner_id: whose it is: the member who sends it, so that erasing them finds it; the site of a brand.
        purpose: a key of PURPOSES.
    Raises: Invalid (field `image`) for anything but a PNG, JPEG, WebP or GIF within the limits; TooMany beyond
        60 an hour.
    Queries: 0. Takes up to a second for a large picture: call it outside a transaction.
    """
    hit(f"uploads:{purpose}:{owner_id}", UPLOAD_RATE)
    image = encode_again(file, purpose=purpose)
    folder = f"{purpose}/{owner_id}"
    if _folder_bytes(folder) + len(image.data) > QUOTA_BYTES:
        raise _refused(_("You have reached the space for pictures. Remove some first."))
    name = f"{folder}/{get_random_string(32, _ALPHABET)}.webp"
    default_storage.save(name, ContentFile(image.data))
    return StoredImage(url=default_storage.url(name), width=image.width, height=image.height)


def encode_again(file: UploadedFile | IO[bytes], *, purpose: str) -> EncodedImage:
    """Return a picture from outside as we write it; the same file gives the same bytes.

    Raises: Invalid as `store_image` does. Queries: 0. Takes up to a second: call it outside a transaction.
    """
    rules = PURPOSES[purpose]
    data = file.read(rules.max_bytes + 1)
    if len(data) > rules.max_bytes:
        raise _refused(_("The picture is larger than %(size)d MB.") % {"size": rules.max_bytes // MIB})
    image = _decoded(data, rules)
    return EncodedImage(data=_encoded(image), width=image.width, height=image.height)


def open_image(url: str) -> IO[bytes]:
    """Open a stored picture by its url. Raises: FileNotFoundError, for anything that is no picture of ours, too."""
    if not (name := _name_of(url)):
        raise FileNotFoundError(url)
    return default_storage.open(name)


def delete_image(url: str) -> None:
    """Remove a stored picture by its url. Idempotent: yes; anything that is no picture of ours is ignored."""
    if name := _name_of(url):
        default_storage.delete(name)


def delete_images(*, owner_id: int, purpose: str) -> None:
    """Remove all pictures a member has stored for one purpose. Idempotent: yes."""
    folder = f"{purpose}/{owner_id}"
    for name in _names(folder):
        default_storage.delete(f"{folder}/{name}")


def stored_images(*, owner_id: int, purpose: str) -> list[str]:
    """Return the urls of all pictures a member has stored for one purpose."""
    folder = f"{purpose}/{owner_id}"
    return [default_storage.url(f"{folder}/{name}") for name in sorted(_names(folder))]


def _name_of(url: str) -> str:
    """Return the name of a picture in the storage; empty for what is none of ours."""
    parts = url.rsplit("/", 3)
    ours = len(parts) == 4 and parts[1] in PURPOSES and parts[2].isdigit() and NAME.fullmatch(parts[3])
    return "/".join(parts[1:]) if ours else ""


def _format_of(data: bytes) -> str | None:
    """Return Pillow's name of the format by the first bytes, None when it is none of ours."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return None


def _decoded(data: bytes, rules: Purpose) -> Image.Image:
    """Return the pixels: turned upright, without metadata, no larger than the rules say. Raises: Invalid."""
    image_format = _format_of(data)
    if image_format is None:
        raise _refused(_("Only PNG, JPEG, WebP and GIF pictures can be uploaded."))
    side = rules.max_side_px
    try:
        with Image.open(io.BytesIO(data), formats=[image_format]) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise _refused(
                    _("The picture has more than %(count)d million pixels.") % {"count": MAX_PIXELS // 10**6}
                )
            opened.draft("RGB", (side, side))  # JPEG: decode no more than needed
            opened.load()
            upright = ImageOps.exif_transpose(opened)
            has_alpha = upright.has_transparency_data
            pixels = upright.convert("RGBA" if has_alpha else "RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, EOFError) as broken:
        raise _refused(_("This picture cannot be read.")) from broken
    if rules.square:
        return ImageOps.fit(pixels, (side, side), Image.Resampling.LANCZOS)
    pixels.thumbnail((side, side), Image.Resampling.LANCZOS)
    return pixels


def _encoded(image: Image.Image) -> bytes:
    """Return the picture as WebP made of its pixels alone: lossless for few colours (a screenshot), else lossy."""
    options: dict[str, Any] = {"quality": 84, "method": 3}
    few_colours = image.width * image.height <= _LOSSLESS_PIXELS and image.getcolors(maxcolors=8192) is not None
    if few_colours:
        options = {"lossless": True, "quality": 40, "method": 2}
    clean = Image.frombytes(image.mode, image.size, image.tobytes())
    out = io.BytesIO()
    clean.save(out, "WEBP", **options)
    return out.getvalue()


def _names(folder: str) -> list[str]:
    try:
        return default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return []


def _folder_bytes(folder: str) -> int:
    return sum(default_storage.size(f"{folder}/{name}") for name in _names(folder))


def _refused(reason: Any) -> Invalid:
    return Invalid(reason, field="image")
