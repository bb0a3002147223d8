"""Between selectors and templates: crumbs and the way to the ask form. Queries: none."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True, kw_only=True)
class Crumb:
    """A step of the way to this page."""

    text: str
    url: str


def help_crumb() -> Crumb:
    """Return the step to the help centre."""
    return Crumb(text=_("Help"), url=reverse("knowledge:home"))


def ask_url(article_id: int, *, title: str = "") -> str:
    """Return where the community is asked about an article, with what is known filled in.

    Args:
        title: what the reader wrote, as the question's title.
    """
    known = {"about": f"knowledge.article:{article_id}", "title": title}
    return f"{reverse('forums:ask')}?{urlencode({name: value for name, value in known.items() if value})}"
