"""What readers call the types and facets of results. Queries: none."""

from django.utils.functional import Promise
from django.utils.translation import get_language_info, pgettext_lazy
from django.utils.translation import gettext_lazy as _

Word = str | Promise

GROUPS: dict[str, Word] = {
    "question": _("Questions"),
    "discussion": _("Discussions"),
    "answer": _("Answers"),
    "reply": _("Replies"),
    "idea": _("Ideas"),
    "article": _("Articles"),
    "blog": _("From the blog"),
    "member": _("People"),
}
TYPES: dict[str, Word] = {
    "question": _("Question"),
    "discussion": _("Discussion"),
    "answer": _("Answer"),
    "reply": _("Reply"),
    "idea": _("Idea"),
    "article": _("Article"),
    "blog": _("Blog post"),
    "member": pgettext_lazy("type of result", "Member"),
}
ICONS = {
    "question": "message-circle-question-mark",
    "discussion": "messages-square",
    "answer": "quote",
    "reply": "quote",
    "idea": "lightbulb",
    "article": "book-open",
    "blog": "megaphone",
    "member": "users",
}
FACET_HEADS: dict[str, Word] = {
    "type": _("Kind"),
    "solved": _("State"),
    "category": _("Category"),
    "tag": _("Tag"),
    "author": _("Author"),
    "language": _("Language"),
    "since": _("Date"),
}
SOLVED: dict[str, Word] = {"yes": _("Solved"), "no": _("Not solved yet")}
PERIODS: dict[str, Word] = {"week": _("Past week"), "month": _("Past month"), "year": _("Past year")}
ORDERS: dict[str, Word] = {"relevance": _("Best match"), "newest": _("Newest"), "votes": _("Most votes")}
PARTS: dict[str, Word] = {
    "text": _("text"),
    "solved": _("solved"),
    "votes": _("votes"),
    "reply": _("a reply"),
    "recency": _("freshness"),
}


def type_group(name: str) -> str:
    """Return the heading over results of a type; a type nobody named here calls itself."""
    return str(GROUPS.get(name, name.capitalize()))


def language_name(code: str) -> str:
    """Return the name a language gives itself."""
    try:
        return str(get_language_info(code)["name_local"]).capitalize()
    except KeyError:
        return code
