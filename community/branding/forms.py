"""How `{{ form }}` looks, and the form of a brand."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from community.branding.models import ADDRESSES, BrandSettings, Density, HeadFont

RADII_PX = (0, 2, 4, 8, 12, 16)
MOST_LINKS = 8


class PageFormRenderer(TemplatesSetting):
    """Render forms and fields by our components; widgets stay Django's own."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class BrandForm(forms.ModelForm):  # type: ignore[type-arg]
    """What an administrator writes and chooses; links have rows of their own, pictures are sent apart."""

    radius_px = forms.TypedChoiceField(
        label=_("Corners"),
        coerce=int,
        choices=[(px, _("%(px)d px") % {"px": px}) for px in RADII_PX],
        widget=forms.RadioSelect,
    )
    density = forms.ChoiceField(label=_("Density"), choices=Density.choices, widget=forms.RadioSelect)
    head_font = forms.ChoiceField(label=_("Headings"), choices=HeadFont.choices)

    announcement_url = forms.URLField(label=_("Link of the announcement"), required=False, assume_scheme="https")

    class Meta:
        model = BrandSettings
        fields = (
            *("name", "label", "label_es", "legal_name"),
            *("colour", "colour_dark", "colour_2", "head_font", "radius_px", "density"),
            *("tagline", "tagline_es", "introduction", "introduction_es", "contact_url"),
            *("announcement", "announcement_es", "announcement_url"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if not isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs["class"] = "in mono" if name.startswith("colour") else "in"
        for name in ("announcement", "announcement_es", "introduction", "introduction_es"):
            self.fields[name].widget = forms.Textarea(attrs={"class": "in area", "rows": 2, "maxlength": 300})

    def tried(self) -> BrandSettings:
        """Return the brand with what is valid of the form, not saved."""
        self.is_valid()
        brand = BrandSettings(**{field.attname: getattr(self.instance, field.attname) for field in _columns()})
        for name, value in self.cleaned_data.items():
            setattr(brand, name, value)
        brand.stylesheet_hash = ""
        return brand


class LinkForm(forms.Form):
    """One link; a row left empty is none."""

    text = forms.CharField(label=_("Text"), max_length=40, required=False)
    text_es = forms.CharField(label=_("Text, in Spanish"), max_length=40, required=False)
    url = forms.CharField(label=_("Address"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "in"

    def clean(self) -> dict[str, Any]:
        """Ask for both or neither of text and address."""
        values = {name: self.cleaned_data.get(name, "") for name in self.fields}
        if any(values.values()) and not values["text"]:
            self.add_error("text", _("A link needs a text."))
        if any(values.values()) and not values["url"].startswith(ADDRESSES):
            self.add_error("url", _("The address begins with https://, / or mailto:."))
        return values


LinkFormSet = forms.formset_factory(LinkForm, extra=2, max_num=MOST_LINKS, absolute_max=MOST_LINKS)


def links_of(rows: Any) -> list[dict[str, str]]:
    """Return the links of a bound formset: those of its rows that are valid and not empty."""
    return [row.cleaned_data for row in rows if row.is_valid() and row.cleaned_data.get("text")]


def _columns() -> Any:
    return BrandSettings._meta.concrete_fields
