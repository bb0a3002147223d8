"""Tags other apps' pages may load: `{% load search %}`."""

from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from search.selectors_insight import LeadingWords, words_leading_to
from search.selectors_similar import SimilarTopics, similar_topics
from search.services_events import suggestions_log
from search.status import engine_trouble
from search.visiting import help_key_keep, help_key_of, number_of, person_of_request

register = template.Library()


@register.filter
def marked(html: str) -> SafeString:
    """Print a title or passage that an engine escaped and marked; were any other tag in it, it would be text."""
    plain = html.replace("<mark>", "").replace("</mark>", "")
    return SafeString(html) if "<" not in plain and ">" not in plain else escape(html)


@register.simple_tag
def search_trouble() -> str:
    """Return why search does not answer; "" while it does. Queries: 0."""
    return engine_trouble()


@register.inclusion_tag("search/similar.html", takes_context=True)
def similar_box(context: Any, form: Any, draft: Any = None, look: bool = False, kept: str = "") -> dict[str, Any]:
    """Show what is like the text of an ask form, while it is written; with `look` already when the page comes.

    Args:
        kept: the key a visitor's form had before they signed in.
    Queries: 0; with `look` those of `similar_topics` and 1.
    """
    request = context["request"]
    key = number_of(kept) or help_key_of(request, goes_on=bool(draft) or form.is_bound or look)
    found: SimilarTopics | None = None
    if look:
        found = similar_topics(
            title=str(form["title"].value() or ""),
            body=str(form["body"].value() or ""),
            viewer=request.user,
            site=request.site,
            language=request.LANGUAGE_CODE,
        )
        help_key_keep(request, key)
        suggestions_log(person=person_of_request(request), key=key, shown=found.things)
    return {"request": request, "help_key": key, "found": found, "csp_nonce": context.get("csp_nonce", "")}


@register.inclusion_tag("search/answered_form.html", takes_context=True)
def similar_answered_form(context: Any) -> dict[str, Any]:
    """Show the form the "This answered it" buttons of `similar_box` belong to: its own, so that no key press in the
    ask form can send it.
    """
    return {"request": context["request"], "csrf_token": context.get("csrf_token", "")}


@register.simple_tag(takes_context=True)
def search_words_for(context: Any, kind: str, subject_id: int) -> list[LeadingWords]:
    """Return what people searched for before they opened a thing; for pages of the team. Queries: 1."""
    return words_leading_to(kind, subject_id, site_id=context["request"].site.pk)
