"""A theme: the look of a brand as a small file that another site can take over."""

import json
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from community.branding.models import BrandSettings
from community.core.errors import Invalid

FORMAT = "tertulia-theme"
VERSION = 1
LOOK = ("colour", "colour_dark", "colour_2", "radius_px", "density", "head_font")
"""Fields of BrandSettings that make a theme; names, texts and pictures belong to the site."""
MAX_BYTES = 16 * 1024


def theme_defaults() -> dict[str, Any]:
    """Return the look of the product itself."""
    plain = BrandSettings()
    return {name: getattr(plain, name) for name in LOOK}


def theme_written(brand: BrandSettings) -> str:
    """Return the theme of a brand as JSON, one value a line."""
    look = {name: getattr(brand, name) for name in LOOK}
    return json.dumps({"format": FORMAT, "version": VERSION, **look}, indent=2) + "\n"


def theme_read(file: IO[bytes]) -> dict[str, Any]:
    """Return the look a file holds, ready for BrandSettings; what it leaves out is the product's own.

    Raises: Invalid (field `theme`) with what is wrong: too large, no JSON, no theme, an unknown or a bad value.
    """
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise _refused(_("This file is too large to be a theme."))
    try:
        theme = json.loads(data)
    except (ValueError, RecursionError) as broken:
        raise _refused(_("This file is no theme: it is not JSON.")) from broken
    if not isinstance(theme, dict) or theme.pop("format", None) != FORMAT:
        raise _refused(_("This file is no theme of ours."))
    if theme.pop("version", None) != VERSION:
        raise _refused(_("This theme was written by another version; export it again there."))
    if unknown := sorted(theme.keys() - set(LOOK)):
        raise _refused(_("This theme holds something we do not know: %(name)s.") % {"name": unknown[0][:40]})
    brand = BrandSettings(**{name: value for name, value in theme.items() if value not in (None, "", [], {})})
    try:
        brand.clean_fields(exclude=[field.name for field in brand._meta.fields if field.name not in LOOK])
    except ValidationError as bad:
        name, errors = next(iter(bad.message_dict.items()))
        raise _refused(f"{name}: {errors[0]}") from bad
    return {name: getattr(brand, name) for name in LOOK}


def _refused(reason: Any) -> Invalid:
    return Invalid(reason, field="theme")
