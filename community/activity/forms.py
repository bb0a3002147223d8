"""What the staff page may ask for."""

from django import forms


class DeadForm(forms.Form):
    """Which group of given-up work, and what to do with it."""

    queue = forms.ChoiceField(choices=[("handler", "handler"), ("sender", "sender"), ("orphan", "orphan")])
    name = forms.CharField(max_length=80)
    error = forms.CharField(max_length=200, required=False, strip=False)
    verb = forms.ChoiceField(choices=[("replay", "replay"), ("discard", "discard")])
