"""Forms of the forums. They carry text in and errors out; services decide."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from community.core.markup import MAX_LENGTH
from forums.models import TITLE_LENGTH
from forums.states import Kind


def new_key() -> str:
    """Return a key for one form, so that sending it twice makes one post."""
    return uuid4().hex


class ReplyForm(forms.Form):
    """The text of a reply."""

    body = forms.CharField(
        label=_("Your reply"),
        error_messages={"required": _("Write something first.")},
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 5,
                "dir": "auto",
                "maxlength": MAX_LENGTH,
                "placeholder": _("Say what you tried and what happened. Markdown works, images can be pasted."),
            }
        ),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False, initial=new_key)
    sequence = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def errors_add(self, field: str | None, reason: Any) -> None:
        """Put a service's refusal beside its field, or above the form."""
        self.add_error(field if field in self.fields else None, str(reason))


class AskForm(ReplyForm):
    """A new question or discussion."""

    category = forms.ChoiceField(label=_("Category"))
    title = forms.CharField(
        label=_("Title"),
        error_messages={"required": _("Say it in one sentence: at least five characters.")},
        max_length=TITLE_LENGTH,
        help_text=_("One sentence that a colleague would search for. 5 to 200 characters."),
        widget=forms.TextInput(attrs={"class": "in big", "dir": "auto", "autocomplete": "off"}),
    )
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=300,
        help_text=_("Up to five, with commas between them."),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language of your text"), choices=settings.LANGUAGES, widget=forms.Select)
    field_order = ["category", "title", "body", "tags", "language", "key", "sequence"]

    def __init__(self, *args: Any, categories: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = grouped(categories)  # type: ignore[attr-defined]
        self.fields["category"].widget.attrs["class"] = "in"
        self.fields["language"].widget.attrs["class"] = "in"
        self.fields["body"].label = _("What happened, or what you want to know")
        self.fields["body"].help_text = _("What you did, what you expected, what you saw.")
        self.fields["body"].widget.attrs["rows"] = 8
        self.fields["body"].widget.attrs.pop("placeholder", None)

    def tag_names(self) -> list[str]:
        """Return the tags as typed."""
        return tags_split(self.data.get("tags", ""))


class PostEditForm(ReplyForm):
    """The text of a post that exists; for a topic's first post also its title and tags."""

    edit_number = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("Title"),
        error_messages={"required": _("Say it in one sentence: at least five characters.")},
        max_length=TITLE_LENGTH,
        widget=forms.TextInput(attrs={"class": "in big", "dir": "auto", "autocomplete": "off"}),
    )
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=300,
        help_text=_("Up to five, with commas between them."),
        widget=forms.TextInput(attrs={"class": "in", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label = _("Text")
        self.fields["body"].widget.attrs["rows"] = 12
        if not first:
            del self.fields["title"], self.fields["tags"]

    def tag_names(self) -> list[str] | None:
        """Return the tags as typed; None for a reply, which has none."""
        return tags_split(self.data.get("tags", "")) if "tags" in self.fields else None


def grouped(categories: Sequence[Any]) -> list[Any]:
    """Return categories as choices by slug, under what they are for when there are both kinds."""
    by_kind = {
        kind.label: [(category.slug, category.name) for category in categories if category.kind == kind]
        for kind in Kind
    }
    filled = [(label, choices) for label, choices in by_kind.items() if choices]
    return filled if len(filled) > 1 else [choice for _label, choices in filled for choice in choices]


def tags_split(text: str) -> list[str]:
    """Return the names between the commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def tags_joined(names: Sequence[str]) -> str:
    """Return tags as the field shows them."""
    return ", ".join(names)
