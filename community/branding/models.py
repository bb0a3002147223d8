"""What one site looks like; edited in the CMS, per site."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from community.branding.brand import brand_forget
from community.branding.stylesheet import BrandValues, brand_stylesheet, stylesheet_hash

ADDRESSES = ("https://", "http://", "/", "mailto:")
HEX_COLOUR = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write the colour as # and six digits, like #0b6572."))


class Density(models.TextChoices):
    """How much air rows and controls have."""

    COMPACT = "compact", _("Compact")
    REGULAR = "regular", _("Regular")
    ROOMY = "roomy", _("Roomy")


class HeadFont(models.TextChoices):
    """The fonts of headings; all come from the reader's machine."""

    SYSTEM = "system", _("The system's own")
    SERIF = "serif", _("Serif")
    ROUNDED = "rounded", _("Rounded")
    MONO = "mono", _("Monospaced")


@register_setting(icon="site")
class BrandSettings(BaseSiteSetting):
    """Name, logo, colours and links of one site. Saving derives readable colours and the style sheet."""

    name = models.CharField(_("name"), max_length=60, default="Tertulia")
    label = models.CharField(_("label beside the name"), max_length=40, blank=True, default="Community")
    legal_name = models.CharField(_("legal name, in the footer"), max_length=120, blank=True)
    tagline = models.CharField(_("heading of the home page"), max_length=120, blank=True)
    introduction = models.CharField(_("sentence under it"), max_length=300, blank=True)
    logo_light = models.ForeignKey(
        "wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("logo")
    )
    logo_dark = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo on a dark ground"),
    )
    label_es = models.CharField(_("label, in Spanish"), max_length=40, blank=True)
    tagline_es = models.CharField(_("heading, in Spanish"), max_length=120, blank=True)
    introduction_es = models.CharField(_("sentence under it, in Spanish"), max_length=300, blank=True)
    announcement_es = models.CharField(_("announcement, in Spanish"), max_length=300, blank=True)
    colour = models.CharField(_("main colour"), max_length=7, default="#0b6572", validators=[HEX_COLOUR])
    colour_2 = models.CharField(_("marker colour"), max_length=7, default="#f2c230", validators=[HEX_COLOUR])
    radius_px = models.PositiveSmallIntegerField(_("corner radius, px"), default=4, validators=[MaxValueValidator(16)])
    density = models.CharField(_("density"), max_length=8, choices=Density, default=Density.REGULAR)
    head_font = models.CharField(_("font of headings"), max_length=8, choices=HeadFont, default=HeadFont.SYSTEM)
    footer_links = models.JSONField(
        _("footer links"),
        default=list,
        blank=True,
        help_text=_('A list like [{"text": "Help", "url": "https://example.com/help"}].'),
    )
    contact_url = models.CharField(
        _("where to write to you"),
        max_length=200,
        blank=True,
        help_text=_("A page of yours or mailto:…; offered where the community is the wrong place or knows no answer."),
    )
    announcement = models.CharField(_("announcement on every page"), max_length=300, blank=True)
    announcement_url = models.URLField(_("link of the announcement"), blank=True)
    stylesheet = models.TextField(editable=False, default="")
    stylesheet_hash = models.CharField(max_length=16, editable=False, default="", db_index=True)

    panels = [
        MultiFieldPanel(
            [FieldPanel(name) for name in ("name", "label", "label_es", "legal_name", "logo_light", "logo_dark")],
            _("Name"),
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("tagline", "tagline_es", "introduction", "introduction_es")], _("Home page")
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("colour"), FieldPanel("colour_2")]),
                FieldRowPanel([FieldPanel("radius_px"), FieldPanel("density"), FieldPanel("head_font")]),
            ],
            _("Look"),
        ),
        MultiFieldPanel([FieldPanel("footer_links"), FieldPanel("contact_url")], _("Links")),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("announcement", "announcement_es", "announcement_url")], _("Announcement")
        ),
    ]

    class Meta:
        verbose_name = _("brand")

    def __str__(self) -> str:
        return self.name

    @property
    def values(self) -> BrandValues:
        """The values the style sheet is made of."""
        return BrandValues(self.colour.lower(), self.colour_2.lower(), self.radius_px, self.density, self.head_font)

    def text(self, name: str, language: str) -> str:
        """Return the text field `name` in `language`; the site's first language where it has no other."""
        return getattr(self, f"{name}_{language}", "") or getattr(self, name)

    def clean(self) -> None:
        """Refuse footer links that are not a list of texts and addresses."""
        links = self.footer_links
        if not isinstance(links, list) or not all(_is_link(link) for link in links):
            raise ValidationError(
                {"footer_links": _("Each link needs a text and an address that begins with https:// or /.")}
            )
        if self.contact_url and not self.contact_url.startswith(ADDRESSES):
            raise ValidationError({"contact_url": _("The address begins with https://, / or mailto:.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Derive the style sheet, store, and let the next request of every process see the new brand."""
        self.stylesheet = brand_stylesheet(self.values)
        self.stylesheet_hash = stylesheet_hash(self.stylesheet)
        super().save(*args, **kwargs)
        brand_forget(self.site_id)


def _is_link(link: Any) -> bool:
    """Tell whether `link` is `{"text": …, "url": …}` with an address we may put into a page."""
    return (
        isinstance(link, dict)
        and set(link) == {"text", "url"}
        and isinstance(link["text"], str)
        and bool(link["text"])
        and isinstance(link["url"], str)
        and link["url"].startswith(ADDRESSES)
    )
