"""A brand as pages see it: one frozen object, read once and cached."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class FooterLink:
    """One link of the footer."""

    text: str
    url: str


@dataclass(frozen=True)
class Brand:
    """Everything a page or a mail needs of a site's brand."""

    name: str
    label: str
    legal_name: str
    tagline: str
    introduction: str
    stylesheet_url: str
    icon_url: str
    accent: str
    """The accent on a light ground, hex; mails use it."""
    accent_text: str
    accent_dark: str
    accent_dark_text: str
    logo_light_url: str = ""
    logo_dark_url: str = ""
    footer_links: tuple[FooterLink, ...] = field(default=())
    announcement: str = ""
    announcement_url: str = ""
