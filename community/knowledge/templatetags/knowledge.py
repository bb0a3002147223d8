"""Tags of the knowledge base: `{% load knowledge %}`."""

from typing import Any

from django import template

from community.activity.subjects import Card, subject_of
from community.core.audience import NOBODY, may_see
from community.knowledge.models import Article, BlogPost
from community.knowledge.reading import Reading, reading_made
from community.members.audience import tokens_of

register = template.Library()


@register.simple_tag
def draft_reading(page: Article | BlogPost) -> Reading:
    """Return the body of a page that is still being written. Queries: those of its links and pictures."""
    return reading_made(page)


@register.simple_tag(takes_context=True)
def source_topic(context: Any, topic_id: int | None) -> Card | None:
    """Return the card of the topic an article was made of, if the viewer may see it. Queries: 0, with a topic 2."""
    if topic_id is None:
        return None
    topics = subject_of("forums.topic")
    if not may_see(topics.audience([topic_id]).get(topic_id, NOBODY), tokens_of(context["request"].user)):
        return None
    return topics.cards([topic_id]).get(topic_id)
