"""What only somebody who knows several apps can do."""

from contextlib import suppress

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.images.models import Image

from community.core.errors import Invalid
from community.core.markup import excerpt
from community.core.uploads import open_image
from community.knowledge.conversion import Block, blocks_of, pictures_in
from community.knowledge.models import Article, KnowledgeHome, Section
from community.knowledge.permissions import article_create_check
from community.knowledge.services import page_write, picture_put
from community.members.models import Member
from forums.models import Topic
from forums.states import State


def article_from_topic(*, member: Member, topic: Topic) -> Article:
    """Begin an article with the question and the accepted answer of a solved topic, as a draft in the CMS.

    It stands in the first section of the topic's language, and whoever edits it moves it. The log hears of it when it
    is published. Pictures are copied into the CMS, which tells editors where they are used.

    Returns: the draft, or the article that was made of this topic before.
    Raises: Denied; Invalid for a topic without an answer, and where there is no section yet. Idempotent: yes.
    """
    article_create_check(member)
    answer = topic.accepted_post
    if topic.state != State.SOLVED or answer is None:
        raise Invalid(_("Only a solved question becomes an article."))
    if there := _article_of(topic):
        return there
    question = topic.posts.get(number=1)
    pictures = _pictures(question.raw, answer.raw)
    with transaction.atomic():
        if there := _article_of(topic):
            return there
        section = _section_for(topic)
        with override(topic.language):
            answered: Block = ("heading", {"text": _("Answer"), "level": "2"})
        article = Article(
            title=topic.title,
            slug=_slug(topic, section),
            summary=excerpt(question.cooked),
            body=[*blocks_of(question.raw, pictures=pictures), answered, *blocks_of(answer.raw, pictures=pictures)],
            source_topic_id=topic.pk,
        )
        return page_write(parent=section, page=article, author=member)


def _article_of(topic: Topic) -> Article | None:
    article: Article | None = Article.objects.filter(source_topic_id=topic.pk).first()
    return article


def _pictures(*texts: str) -> dict[str, Image]:
    """Copy the pictures of posts into the CMS, by their addresses; one that is gone or cannot be read is left out."""
    taken = {}
    for address in dict.fromkeys(address for text in texts for address in pictures_in(text)):
        with suppress(Invalid, OSError), open_image(address) as opened:
            taken[address] = picture_put(opened, title=_("From a post"))
    return taken


def _section_for(topic: Topic) -> Section:
    home = KnowledgeHome.objects.filter(site=topic.site_id, locale__language_code=topic.language).first()
    section: Section | None = Section.objects.child_of(home).order_by("path").first() if home else None
    if section is None:
        raise Invalid(_("There is no section in the language of this topic yet. Make one in the CMS first."))
    return section


def _slug(topic: Topic, section: Section) -> str:
    taken = Article.objects.child_of(section).filter(slug=topic.slug).exists()
    return f"{topic.slug}-{topic.pk}" if taken or not topic.slug else topic.slug
