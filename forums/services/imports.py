"""Bringing topics and posts of another community in, by the thousand. Running it again changes nothing.

Rows are known by their source key. Dates are kept, nobody is notified (activities carry the origin `import`), votes
without voters are kept as imported counts, and what arrives hidden is recorded only when a moderator restores it.
Imported authors follow nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.activity.bulk import Entry, record_many
from community.core.errors import Invalid
from community.core.markup import Cooked, cook, plain_text
from forums.activities import AnswerAccepted, PostPublished, TopicAsked, TopicStarted
from forums.cooking import IMPORT_LENGTH, slug_of
from forums.models import TITLE_LENGTH, Category, Post, PostImage, Tag, Topic, TopicTag, Visibility
from forums.services.counters import topics_recount
from forums.services.tags import tag_names, tags_clean, tags_get
from forums.states import Kind, State, state_of

ORIGIN = "import"
MAX_TAGS = 30
"""Tags an imported topic may have; members may give fewer."""


@dataclass(frozen=True, kw_only=True)
class TopicImport:
    """A topic of another community with its text."""

    source_key: str
    """Unique and stable, at most 80 characters: `support:1435674`."""
    category: Category
    author_id: int
    title: str
    raw: str
    """Markdown, at most 100,000 characters."""
    asked_at: datetime
    tags: tuple[str, ...] = ()
    language: str = "en"
    same_problem: int = 0
    """Votes counted there, without voters."""
    is_hidden: bool = False
    is_closed: bool = False


@dataclass(frozen=True, kw_only=True)
class PostImport:
    """A reply of another community. Give them in order of time, so that numbers follow it."""

    source_key: str
    topic_id: int
    author_id: int
    raw: str
    created_at: datetime
    language: str = ""
    """The topic's unless told."""
    helpful: int = 0
    """Votes counted there, without voters."""
    is_hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class AnswerImport:
    """Which imported reply solved its question."""

    topic_id: int
    post_id: int
    accepted_at: datetime


@dataclass(kw_only=True)
class ImportOutcome:
    """What became of a batch."""

    ids: dict[str, int] = field(default_factory=dict)
    """Our id by source key, of those made now and those that were there."""
    made: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    """(source key, reason in words) of each row that cannot be taken."""


Row = TypeVar("Row", TopicImport, PostImport)


def topic_import(rows: Sequence[TopicImport]) -> ImportOutcome:
    """Take a batch of topics, at most 500, in one transaction.

    Idempotent: yes. Queries: about 12 for a batch, and one per tag set that holds a new tag.
    """
    known = _known(Topic, rows)
    fresh, cooked, outcome = _accepted(rows, known)
    with transaction.atomic():
        tags = _tags(fresh)
        topics = Topic.objects.bulk_create(_topic(row, tags[row.source_key]) for row in fresh)
        posts = Post.objects.bulk_create(
            _first_post(topic, row, text) for topic, row, text in zip(topics, fresh, cooked, strict=True)
        )
        _tags_link(topics, tags)
        _images_link(posts, cooked)
        _categories_count(topics)
        record_many(
            [entry for topic, post in zip(topics, posts, strict=True) for entry in _asked(topic, post)], origin=ORIGIN
        )
    outcome.ids |= {str(topic.source_key): topic.pk for topic in topics}
    outcome.made = len(topics)
    return outcome


def post_import(rows: Sequence[PostImport]) -> ImportOutcome:
    """Take a batch of replies, at most 500, in one transaction; counters and states follow.

    Raises: nothing for a reply whose topic is gone: it is refused. Idempotent: yes.
    Queries: about 12 for a batch, and one for each topic that changes.
    """
    known = _known(Post, rows)
    fresh, cooked, outcome = _accepted(rows, known)
    with transaction.atomic():
        wanted = {row.topic_id for row in fresh}
        topics = {topic.pk: topic for topic in Topic.objects.filter(pk__in=wanted).order_by("pk").select_for_update()}
        posts, texts = [], []
        for row, text in zip(fresh, cooked, strict=True):
            topic = topics.get(row.topic_id)
            if topic is None:
                outcome.refused.append((row.source_key, str(_("Its topic is not here."))))
                continue
            topic.highest_number += 1
            posts.append(_reply(topic, row, text))
            texts.append(text)
        posts = Post.objects.bulk_create(posts)
        _images_link(posts, texts)
        topics_recount(sorted(topics))
        record_many(
            [_published(post, topics[post.topic_id]) for post in posts if _is_shown(post, topics)], origin=ORIGIN
        )
    outcome.ids |= {str(post.source_key): post.pk for post in posts}
    outcome.made = len(posts)
    return outcome


def answer_import(rows: Sequence[AnswerImport]) -> int:
    """Accept imported answers, at most 500, in one transaction; return how many were new.

    A question that has an answer keeps it; a reply that is hidden or of another topic is left out.
    Idempotent: yes. Queries: 4, and one for each new one.
    """
    with transaction.atomic():
        wanted = {row.topic_id: row for row in rows}
        topics = Topic.objects.filter(
            pk__in=wanted, kind=Kind.QUESTION, accepted_post=None, visibility=Visibility.VISIBLE
        )
        posts = Post.objects.public().filter(pk__in={row.post_id for row in rows}, number__gt=1).defer("raw", "cooked")
        by_id = {post.pk: post for post in posts}
        entries = []
        for topic in topics.order_by("pk").select_for_update():
            row = wanted[topic.pk]
            post = by_id.get(row.post_id)
            if post is None or post.topic_id != topic.pk:
                continue
            Topic.objects.filter(pk=topic.pk).update(
                accepted_post=post, accepted_at=row.accepted_at, state=State.SOLVED
            )
            payload = AnswerAccepted(topic_id=topic.pk, author_id=post.author_id, asker_id=topic.author_id)
            key = f"import:accepted:{topic.pk}"
            entries.append(_entry(payload, post.pk, topic.author_id, row.accepted_at, key))
        record_many(entries, origin=ORIGIN)
    return len(entries)


def _known(model: type[Topic] | type[Post], rows: Iterable[Row]) -> dict[str, int]:
    keys = [row.source_key for row in rows]
    found: Any = model._default_manager.filter(source_key__in=keys).values_list("source_key", "pk")
    return dict(found)


def _accepted(rows: Iterable[Row], known: dict[str, int]) -> tuple[list[Row], list[Cooked], ImportOutcome]:
    """Split a batch: rows to make with their cooked texts, and an outcome with those known and refused."""
    outcome = ImportOutcome(ids=dict(known))
    fresh: list[Row] = []
    cooked: list[Cooked] = []
    seen = set(known)
    for row in rows:
        if row.source_key in seen:
            continue
        seen.add(row.source_key)
        try:
            cooked.append(_cook(row))
            fresh.append(row)
        except Invalid as refused:
            outcome.refused.append((row.source_key, str(refused.reason)))
    return fresh, cooked, outcome


def _cook(row: TopicImport | PostImport) -> Cooked:
    """Cook an imported text; what looks like a mention there names nobody here."""
    if isinstance(row, TopicImport):
        if not row.title.strip():
            raise Invalid(_("It has no title."))
        tags_clean(row.tags, most=MAX_TAGS)
    cooked = cook(row.raw, media_url=f"{settings.MEDIA_URL}post/", max_length=IMPORT_LENGTH)
    if not plain_text(cooked.html) and not cooked.images:
        raise Invalid(_("It has no text."))
    return cooked


def _tags(rows: Iterable[TopicImport]) -> dict[str, list[Tag]]:
    """Return the tags of each row by source key, making new ones. Queries: 1 or 3 for each site."""
    wanted = {row.source_key: (row.category.site_id, tags_clean(row.tags, most=MAX_TAGS)) for row in rows}
    sites: dict[int, dict[str, str]] = {}
    for site_id, names in wanted.values():
        sites[site_id] = {**names, **sites.get(site_id, {})}
    found = {(site_id, tag.slug): tag for site_id, names in sites.items() for tag in tags_get(site_id, names)}
    return {key: [found[site_id, slug] for slug in names] for key, (site_id, names) in wanted.items()}


def _topic(row: TopicImport, tags: list[Tag]) -> Topic:
    title = " ".join(row.title.split())[:TITLE_LENGTH]
    shown = not row.is_hidden
    return Topic(
        site_id=row.category.site_id,
        category=row.category,
        author_id=row.author_id,
        title=title,
        slug=slug_of(title),
        kind=row.category.kind,
        state=state_of(kind=row.category.kind, accepted=False, escalated=False, answers=0),
        language=row.language,
        visibility=Visibility.VISIBLE if shown else Visibility.HIDDEN,
        tag_names=tag_names(tags),
        asked_at=row.asked_at,
        bumped_at=row.asked_at,
        closed_at=timezone.now() if row.is_closed else None,
        highest_number=1,
        post_count=int(shown),
        last_post_number=int(shown),
        last_post_at=row.asked_at if shown else None,
        last_post_author_id=row.author_id if shown else None,
        imported_same_problem=row.same_problem,
        score=row.same_problem,
        source_key=row.source_key,
    )


def _first_post(topic: Topic, row: TopicImport, cooked: Cooked) -> Post:
    return Post(
        topic=topic,
        number=1,
        author_id=row.author_id,
        raw=row.raw,
        cooked=cooked.html,
        cooker_version=cooked.version,
        language=row.language,
        visibility=topic.visibility,
        created_at=row.asked_at,
        source_key=row.source_key,
    )


def _reply(topic: Topic, row: PostImport, cooked: Cooked) -> Post:
    return Post(
        topic_id=topic.pk,
        number=topic.highest_number,
        author_id=row.author_id,
        raw=row.raw,
        cooked=cooked.html,
        cooker_version=cooked.version,
        language=row.language or topic.language,
        visibility=Visibility.HIDDEN if row.is_hidden else Visibility.VISIBLE,
        imported_helpful=row.helpful,
        created_at=row.created_at,
        source_key=row.source_key,
    )


def _tags_link(topics: Iterable[Topic], tags: dict[str, list[Tag]]) -> None:
    TopicTag.objects.bulk_create(
        TopicTag(topic=topic, tag=tag) for topic in topics for tag in tags[str(topic.source_key)]
    )


def _images_link(posts: Iterable[Post], cooked: Iterable[Cooked]) -> None:
    links = [
        PostImage(post=post, url=url)
        for post, text in zip(posts, cooked, strict=True)
        for url in dict.fromkeys(text.images)
    ]
    if links:
        PostImage.objects.bulk_create(links)


def _categories_count(topics: Iterable[Topic]) -> None:
    counts: dict[int, int] = {}
    for topic in topics:
        if topic.visibility == Visibility.VISIBLE:
            counts[topic.category_id] = counts.get(topic.category_id, 0) + 1
    for category_id, count in sorted(counts.items()):
        Category.objects.filter(pk=category_id).update(topic_count=F("topic_count") + count)


def _is_shown(post: Post, topics: dict[int, Topic]) -> bool:
    return post.visibility == topics[post.topic_id].visibility == Visibility.VISIBLE


def _asked(topic: Topic, post: Post) -> list[Entry]:
    if topic.visibility != Visibility.VISIBLE:
        return []
    begun = TopicAsked if topic.kind == Kind.QUESTION else TopicStarted
    payload = begun(category_id=topic.category_id, author_id=topic.author_id)
    key = f"import:topic:{topic.source_key}"
    return [_entry(payload, topic.pk, topic.author_id, topic.asked_at, key), _published(post, topic)]


def _published(post: Post, topic: Topic) -> Entry:
    payload = PostPublished(topic_id=topic.pk, number=post.number, author_id=post.author_id)
    return _entry(payload, post.pk, post.author_id, post.created_at, f"import:post:{post.source_key}")


def _entry(payload: object, subject_id: int, actor_id: int, at: datetime, key: str) -> Entry:
    return Entry(payload=payload, subject_id=subject_id, actor_id=actor_id, occurred_at=at, dedupe_key=key)
