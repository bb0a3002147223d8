"""Paths with and without their language: Subjects give them without, pages and mails print them with it."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, override


def path_plain(name: str, *args: object) -> str:
    """Return the path of a URL name without language prefix, whatever language is active."""
    with override(settings.LANGUAGE_CODE):
        return reverse(name, args=args)


def path_in(path: str, language: str = "") -> str:
    """Return a path without prefix as it is in `language`; in the active one unless told."""
    language = language or get_language() or settings.LANGUAGE_CODE
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"
