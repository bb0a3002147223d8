"""Forms of the knowledge base."""

from django import forms
from django.utils.translation import gettext_lazy as _

from community.knowledge.models import HelpfulVote
from community.knowledge.models.helpful import REASON_TEXT_LENGTH


class ReasonForm(forms.Form):
    """Why an article did not help."""

    reason = forms.ChoiceField(
        label=_("Why not?"),
        choices=HelpfulVote.Reason,
        required=False,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("What were you looking for?"),
        required=False,
        max_length=REASON_TEXT_LENGTH,
        help_text=_("One or two sentences. Our team reads it; leave out names and numbers."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
