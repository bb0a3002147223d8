"""A brand's icon in the sizes browsers ask for, made from the one square picture that was uploaded."""

import io
from functools import lru_cache
from pathlib import PurePosixPath

from django.core.files.storage import default_storage
from PIL import Image

from community.core.uploads import NAME

ICON_SIZES_PX = (32, 180, 192, 512)
"""Tabs, Apple's home screen, Android's home screen and its splash."""
_ICO_SIZES = [(16, 16), (32, 32), (48, 48)]


def icon_name(url: str) -> str:
    """Return the random name of a stored picture, without its ending; empty for no picture of ours."""
    path = PurePosixPath(url)
    return path.stem if NAME.fullmatch(path.name) else ""


@lru_cache(maxsize=64)
def icon_encoded(site_id: int, name: str, size_px: int) -> bytes:
    """Return the icon as PNG of a size, or for size 0 as ICO with several. Raises: FileNotFoundError.

    The file of a name never changes, so what was made of it is kept.
    """
    with default_storage.open(f"icon/{site_id}/{name}.webp") as file, Image.open(file, formats=["WEBP"]) as opened:
        picture = opened.convert("RGBA")
    out = io.BytesIO()
    if size_px:
        picture.resize((size_px, size_px), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    else:
        picture.save(out, "ICO", sizes=_ICO_SIZES)
    return out.getvalue()
