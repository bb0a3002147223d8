"""Sample content: topics, an idea and an article to look at, and one button that takes exactly them away again."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import Site

from community.core.audience import PUBLIC, STAFF
from community.knowledge.conversion import blocks_of
from community.knowledge.models import Article, KnowledgeHome, Section
from community.knowledge.services import page_write, pages_tell, site_prepare
from community.members.models import Member
from community.members.services import member_create
from community.portal.models import SampleThing
from community.privacy.services import erase_member
from forums.models import Category, Post, Topic
from forums.services import answer_accept, category_create, post_visibility_set, reply_create, topic_ask
from ideas.models import Board, Comment, Idea
from ideas.services import board_create, board_update, comment_create, idea_share, idea_visibility_set, vote_set

SOURCE = Path(__file__).with_name("samples.toml")
ORIGIN = "seed"
"""Nobody is told, and nothing goes to a CRM."""
Kind = SampleThing.Kind


def sample_add(*, site: Site) -> None:
    """Write the samples in the language of the page. Idempotent: yes."""
    if SampleThing.objects.filter(site=site).exists():
        return
    data = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    language = str(get_language() if get_language() in data else settings.LANGUAGE_CODE)
    words: Mapping[str, Any] = data[language]
    with transaction.atomic():
        people = [member_create(name=name, language=language, origin=ORIGIN) for name in words["people"]]
        category = _category(site, words, language)
        _note(site, Kind.MEMBER, *(person.pk for person in people))
        for age, row in enumerate(words["topics"], start=1):
            at = timezone.now() - timedelta(hours=6 * age)
            _note(site, Kind.TOPIC, _topic(row, people, category, at).pk)
        _note(site, Kind.IDEA, _idea(words["idea"], people, _board(site, words, language)).pk)
        _note(site, Kind.ARTICLE, _article(words["article"], _section(site, words, language)).pk)


def _category(site: Site, words: Mapping[str, Any], language: str) -> Category:
    asked = Category.objects.filter(site=site, kind="question", audience="public")
    found = asked.filter(language=language).first() or asked.first()
    if found is None:
        found = category_create(member=None, site=site, language=language, **words["category"])
        _note(site, Kind.CATEGORY, found.pk)
    return found


def _topic(row: Mapping[str, Any], people: list[Member], category: Category, at: Any) -> Topic:
    topic = topic_ask(
        member=people[0],
        category=category,
        title=row["title"],
        body=row["text"],
        tags=("sample",),
        origin=ORIGIN,
        occurred_at=at,
    )
    for number, text in enumerate(row.get("replies", ()), start=1):
        author = people[number % len(people)]
        later = at + timedelta(hours=number)
        post = reply_create(member=author, topic_id=topic.pk, body=text, origin=ORIGIN, occurred_at=later)
        if row.get("accepted") == number:
            answer_accept(member=people[0], post_id=post.pk, origin=ORIGIN)
    return topic


def _board(site: Site, words: Mapping[str, Any], language: str) -> Board:
    public = Board.objects.filter(site=site, audience=PUBLIC)
    found = public.filter(language=language).first() or public.first()
    if found is None:
        closed = Board.objects.filter(site=site, slug=words["board"]["slug"]).first()  # of samples that were taken away
        if closed:
            found = board_update(member=None, board_id=closed.pk, origin=ORIGIN, audience=PUBLIC)
        else:
            found = board_create(member=None, site=site, language=language, **words["board"])
        _note(site, Kind.BOARD, found.pk)
    return found


def _idea(row: Mapping[str, Any], people: list[Member], board: Board) -> Idea:
    idea = idea_share(member=people[0], board=board, title=row["title"], body=row["text"], origin=ORIGIN)
    for person in people[1:]:
        vote_set(member=person, idea_id=idea.pk, wanted=True, origin=ORIGIN)
        comment_create(member=person, idea_id=idea.pk, body=row["comment"], origin=ORIGIN)
    return idea


def _section(site: Site, words: Mapping[str, Any], language: str) -> Section:
    site_prepare(site)
    home = KnowledgeHome.objects.get(site=site, locale__language_code=language)
    found: Section | None = Section.objects.child_of(home).live().order_by("path").first()
    if found is None:
        found = page_write(parent=home, page=Section(**words["section"]), publish=True, origin=ORIGIN)
        _note(site, Kind.SECTION, found.pk)
    return found


def _article(row: Mapping[str, Any], section: Section) -> Article:
    article = Article(title=row["title"], slug=row["slug"], summary=row["summary"], body=blocks_of(row["text"]))
    return page_write(parent=section, page=article, publish=True, origin=ORIGIN)


def sample_remove(*, site: Site) -> int:
    """Take away what `sample_add` wrote; return how many things stay because members wrote in them. Idempotent: yes.

    Posts and ideas are taken down first, as a moderator would: counters, points and the search index give back what
    they held. Then the rows go, but of an idea: its votes stand in a ledger that nothing is deleted from, so the row
    stays, deleted, and a board made for it is closed. The people who wrote are erased.
    """
    with transaction.atomic():
        authors = list(_ids(site, Kind.MEMBER))
        kept = _topics_remove(site, authors) + _ideas_remove(site, authors) + _articles_remove(site)
        for member_id in authors:
            erase_member(member_id)
        SampleThing.objects.filter(site=site).delete()
    return kept


def _topics_remove(site: Site, authors: list[int]) -> int:
    topics = list(_ids(site, Kind.TOPIC))
    posts = Post.objects.filter(topic_id__in=topics)
    answered = set(posts.exclude(author_id__in=authors).values_list("topic_id", flat=True))
    gone = [topic_id for topic_id in topics if topic_id not in answered]
    for post_id in posts.filter(topic_id__in=gone).order_by("topic_id", "-number").values_list("pk", flat=True):
        post_visibility_set(post_id=post_id, visibility="deleted", actor_id=None, origin=ORIGIN)
    Topic.objects.filter(pk__in=gone).update(accepted_post=None)
    Topic.objects.filter(pk__in=gone).delete()
    Category.objects.filter(pk__in=_ids(site, Kind.CATEGORY), topics__isnull=True).delete()
    return len(answered)


def _ideas_remove(site: Site, authors: list[int]) -> int:
    ideas = Idea.objects.filter(pk__in=_ids(site, Kind.IDEA))
    answered = set(
        Comment.objects.filter(idea__in=ideas).exclude(author_id__in=authors).values_list("idea_id", flat=True)
    )
    for idea in ideas.exclude(pk__in=answered):
        idea_visibility_set(idea_id=idea.pk, visibility="deleted", actor_id=None, origin=ORIGIN)
    for board in Board.objects.filter(pk__in=_ids(site, Kind.BOARD)):
        if not board.ideas.exclude(visibility="deleted").exists():
            board_update(member=None, board_id=board.pk, origin=ORIGIN, audience=STAFF)
    return len(answered)


def _articles_remove(site: Site) -> int:
    edited = 0
    for article in Article.objects.filter(pk__in=_ids(site, Kind.ARTICLE)):
        if article.revisions.exclude(user=None).exists():
            edited += 1
        else:
            article.delete()
    for section in Section.objects.filter(pk__in=_ids(site, Kind.SECTION), numchild=0):
        section.delete()
    pages_tell(actor_id=None, origin=ORIGIN)
    return edited


def _ids(site: Site, kind: str) -> Any:
    return SampleThing.objects.filter(site=site, kind=kind).values_list("object_id", flat=True)


def _note(site: Site, kind: str, *ids: int) -> None:
    SampleThing.objects.bulk_create([SampleThing(site=site, kind=kind, object_id=pk) for pk in ids])
