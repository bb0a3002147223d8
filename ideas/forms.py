"""Forms of ideas. They carry text in and errors out; services decide."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from community.core.markup import MAX_LENGTH
from ideas.models import TITLE_LENGTH


def new_key() -> str:
    """Return a key for one form, so that sending it twice makes one thing."""
    return uuid4().hex


class RefusableForm(forms.Form):
    """A form that shows what a service refused beside its field."""

    def errors_add(self, field: str | None, reason: Any) -> None:
        """Put a refusal beside its field, or above the form."""
        self.add_error(field if field in self.fields else None, str(reason))


class KeyedForm(RefusableForm):
    """A form whose sending twice does no harm."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False, initial=new_key)


class CommentForm(KeyedForm):
    """The text of a comment."""

    body = forms.CharField(
        label=_("Your comment"),
        error_messages={"required": _("Write something first.")},
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 4,
                "dir": "auto",
                "maxlength": MAX_LENGTH,
                "placeholder": _("Who needs this, and what do they do today without it?"),
            }
        ),
    )


class IdeaForm(KeyedForm):
    """A new idea."""

    title = forms.CharField(
        label=_("Your idea in one sentence"),
        error_messages={"required": _("Say it in one sentence: at least five characters.")},
        max_length=TITLE_LENGTH,
        help_text=_("What should be possible that is not possible today? 5 to 200 characters."),
        widget=forms.TextInput(attrs={"class": "in big", "dir": "auto", "autocomplete": "off"}),
    )
    body = forms.CharField(
        label=_("Who needs it, and why"),
        required=False,
        strip=False,
        help_text=_("What you do today instead, how often, and what it costs you. Markdown works."),
        widget=forms.Textarea(attrs={"class": "in", "rows": 6, "dir": "auto", "maxlength": MAX_LENGTH}),
    )
    board = forms.ChoiceField(label=_("Board"), widget=forms.Select(attrs={"class": "in"}))
    field_order = ["title", "body", "board", "key"]

    def __init__(self, *args: Any, boards: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["board"].choices = [(board.slug, board.name) for board in boards]  # type: ignore[attr-defined]


class CommentEditForm(RefusableForm):
    """The text of a comment that exists, and which of its texts it replaces."""

    edit_number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    body = forms.CharField(
        label=_("Text"),
        error_messages={"required": _("Write something first.")},
        strip=False,
        help_text=_("Markdown works."),
        widget=forms.Textarea(attrs={"class": "in", "rows": 10, "dir": "auto", "maxlength": MAX_LENGTH}),
    )


class IdeaEditForm(CommentEditForm):
    """The words of an idea that exists, and which of them they replace."""

    title = forms.CharField(
        label=_("Your idea in one sentence"),
        error_messages={"required": _("Say it in one sentence: at least five characters.")},
        max_length=TITLE_LENGTH,
        widget=forms.TextInput(attrs={"class": "in big", "dir": "auto", "autocomplete": "off"}),
    )
    field_order = ["title", "body", "edit_number"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].label, self.fields["body"].required = _("Who needs it, and why"), False
