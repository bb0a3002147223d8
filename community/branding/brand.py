"""A brand as pages see it: one frozen object, read once and cached."""

import hashlib
from dataclasses import dataclass, field

from django.conf import settings
from django.core.cache import cache

from community.core import content


@dataclass(frozen=True)
class Link:
    """One link of the header or the footer."""

    text: str
    url: str


@dataclass(frozen=True)
class Icon:
    """The brand's icon in one size."""

    url: str
    size_px: int = 0
    """0 fits every size."""


@dataclass(frozen=True)
class Brand:
    """Everything a page or a mail needs of a site's brand."""

    name: str
    label: str
    legal_name: str
    tagline: str
    introduction: str
    stylesheet_url: str
    icons: tuple[Icon, ...]
    """Pictures for tabs and home screens; our own mark where the brand has none."""
    accent: str
    """The accent on a light ground, hex; mails use it."""
    accent_text: str
    accent_dark: str
    accent_dark_text: str
    logo_light_url: str = ""
    logo_dark_url: str = ""
    share_url: str = ""
    """Path of the picture shown where a page is shared."""
    header_links: tuple[Link, ...] = field(default=())
    footer_links: tuple[Link, ...] = field(default=())
    languages: tuple[str, ...] = ()
    """Codes offered to readers; empty for all."""
    contact_url: str = ""
    """Where to write when the community is the wrong place; empty when the team gave none."""
    announcement: str = ""
    announcement_url: str = ""
    announcement_key: str = ""
    """Of this very announcement, in all languages; a reader's cookie holds it once they put it away."""
    digest: str = field(init=False, repr=False)
    """Of all the above: the same for brands that look the same."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hashlib.blake2b(repr(self).encode(), digest_size=16).hexdigest())

    @property
    def languages_offered(self) -> tuple[tuple[str, str], ...]:
        """Code and name of each language one may read the site in."""
        return tuple(pair for pair in settings.LANGUAGES if not self.languages or pair[0] in self.languages)


def brand_key(site_id: int | None, language: str) -> str:
    """Return where the brand of a site is cached in one language."""
    return f"branding:brand2:{site_id}:{language}"


def brand_forget(site_id: int | None) -> None:
    """Make the next request read the brand anew."""
    cache.delete_many([brand_key(site_id, code) for code, _name in settings.LANGUAGES])
    content.taken_away()  # every page carries the brand
