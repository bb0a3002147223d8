"""What one site looks like, and who changed it when."""

from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting

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


class BrandSettings(BaseSiteSetting):
    """Name, logo, colours and links of one site. Saving derives readable colours and the style sheet.

    Not registered as a setting of the CMS: it is edited at one place, `/staff/brand/`.
    """

    name = models.CharField(_("name"), max_length=60, default="Tertulia")
    label = models.CharField(_("label beside the name"), max_length=40, blank=True, default="Community")
    legal_name = models.CharField(_("legal name, in the footer"), max_length=120, blank=True)
    tagline = models.CharField(_("heading of the home page"), max_length=120, blank=True)
    introduction = models.CharField(_("sentence under it"), max_length=300, blank=True)
    label_es = models.CharField(_("label, in Spanish"), max_length=40, blank=True)
    tagline_es = models.CharField(_("heading, in Spanish"), max_length=120, blank=True)
    introduction_es = models.CharField(_("sentence under it, in Spanish"), max_length=300, blank=True)
    announcement_es = models.CharField(_("announcement, in Spanish"), max_length=300, blank=True)
    colour = models.CharField(_("main colour"), max_length=7, default="#0b6572", validators=[HEX_COLOUR])
    colour_dark = models.CharField(_("main colour on dark"), max_length=7, blank=True, validators=[HEX_COLOUR])
    """Empty: made from the main colour."""
    colour_2 = models.CharField(_("marker colour"), max_length=7, default="#f2c230", validators=[HEX_COLOUR])
    radius_px = models.PositiveSmallIntegerField(_("corner radius, px"), default=4, validators=[MaxValueValidator(16)])
    density = models.CharField(_("density"), max_length=8, choices=Density, default=Density.REGULAR)
    head_font = models.CharField(_("font of headings"), max_length=8, choices=HeadFont, default=HeadFont.SYSTEM)
    header_links = models.JSONField(default=list, blank=True)
    """`[{"text": "Help", "text_es": "", "url": "https://example.com/help"}]`, in order."""
    footer_links = models.JSONField(default=list, blank=True)
    contact_url = models.CharField(
        _("where to write to you"),
        max_length=200,
        blank=True,
        help_text=_("A page of yours or mailto:…; offered where the community is the wrong place or knows no answer."),
    )
    announcement = models.CharField(_("announcement on every page"), max_length=300, blank=True)
    announcement_url = models.URLField(_("link of the announcement"), blank=True)
    logo_light_url = models.CharField(max_length=200, blank=True)
    """This and the next three: paths of pictures that `community.core.uploads` wrote."""
    logo_dark_url = models.CharField(max_length=200, blank=True)
    icon_url = models.CharField(max_length=200, blank=True)
    share_url = models.CharField(max_length=200, blank=True)
    languages = models.JSONField(default=list, blank=True, editable=False)
    """Codes of the languages readers are offered; empty for all."""
    stylesheet = models.TextField(editable=False, default="")
    stylesheet_hash = models.CharField(max_length=16, editable=False, default="", db_index=True)

    class Meta:
        verbose_name = _("brand")

    def __str__(self) -> str:
        return self.name

    @property
    def values(self) -> BrandValues:
        """The values the style sheet is made of."""
        return BrandValues(
            self.colour.lower(),
            self.colour_2.lower(),
            self.radius_px,
            self.density,
            self.head_font,
            self.colour_dark.lower(),
        )

    def text(self, name: str, language: str) -> str:
        """Return the text field `name` in `language`; the site's first language where it has no other."""
        return getattr(self, f"{name}_{language}", "") or getattr(self, name)

    def clean(self) -> None:
        """Refuse links that are not a list of texts and addresses."""
        for name in ("header_links", "footer_links"):
            links = getattr(self, name)
            if not isinstance(links, list) or not all(_is_link(link) for link in links):
                raise ValidationError(
                    {name: _("Each link needs a text and an address that begins with https:// or /.")}
                )
        if self.contact_url and not self.contact_url.startswith(ADDRESSES):
            raise ValidationError({"contact_url": _("The address begins with https://, / or mailto:.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Derive the style sheet, store, and let the next request of every process see the new brand."""
        self.stylesheet = brand_stylesheet(self.values)
        self.stylesheet_hash = stylesheet_hash(self.stylesheet)
        super().save(*args, **kwargs)
        brand_forget(self.site_id)
        transaction.on_commit(partial(brand_forget, self.site_id))  # somebody may have read the old row meanwhile


class BrandChange(models.Model):
    """Who changed which parts of a brand: append-only, names of fields, never values."""

    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    fields = models.JSONField()
    """Names of fields of BrandSettings."""
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["site", "-id"], name="brand_change_log")]

    def __str__(self) -> str:
        return f"{self.fields} of site {self.site_id}"


def _is_link(link: Any) -> bool:
    """Tell whether `link` has texts, and an address we may put into a page."""
    return (
        isinstance(link, dict)
        and {"text", "url"} <= set(link) <= {"text", "text_es", "url"}
        and all(isinstance(value, str) for value in link.values())
        and bool(link["text"])
        and link["url"].startswith(ADDRESSES)
    )
