"""Django's `{% url %}` and `{% translate %}`, quicker: a page has a hundred of them. What they print is the same.

Settings put them in the place of Django's own for every template.
"""

from typing import Any

from django import template
from django.template import defaulttags
from django.template.base import Parser, Token
from django.templatetags import i18n
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape
from django.utils.translation import gettext

from community.core.addresses import path_to

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class PathNode(defaulttags.URLNode):
    """`{% url %}` without named arguments: what was reversed once is kept."""

    def render(self, context: template.Context) -> str:
        try:
            path = path_to(self.view_name.resolve(context), *(arg.resolve(context) for arg in self.args))
        except NoReverseMatch:
            if not self.asvar:
                raise
            path = ""
        if self.asvar:
            context[self.asvar] = path
            return ""
        return conditional_escape(path) if context.autoescape else path


class WordsNode(template.Node):
    """`{% translate "some words" %}`: Django's makes a lazy text each time, and reads it."""

    child_nodelists = ()

    def __init__(self, words: str) -> None:
        self.message = words.replace("%", "%%")  # as the catalogue has it

    def render(self, context: template.Context) -> str:
        return gettext(self.message).replace("%%", "%")


@register.tag
def url(parser: Parser, token: Token) -> template.Node:
    """Parse `{% url %}`."""
    node: Any = defaulttags.url(parser, token)
    return node if node.kwargs else PathNode(node.view_name, node.args, node.kwargs, node.asvar)


@register.tag("trans")
@register.tag
def translate(parser: Parser, token: Token) -> template.Node:
    """Parse `{% translate %}`."""
    node: Any = i18n.do_translate(parser, token)
    words: Any = getattr(node.filter_expression.var, "literal", None)
    special = node.filter_expression.filters or node.noop or node.asvar or node.message_context
    return WordsNode(words) if isinstance(words, str) and not special else node
