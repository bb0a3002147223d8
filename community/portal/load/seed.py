"""Fills the default site with any number of posts, with the columns the services would have written.

Sizes are those of real communities: most topics have a handful of replies, one has a fiftieth of all posts; a few
members write most. Nothing is recorded in the log: no points, no mails, nothing for the CRM or the search index.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Site

from community.members.handles import handle_skeleton
from community.members.models import Member
from community.portal.load.rows import first_free_id, ids_settle, rows_write
from community.portal.load.texts import FIRST, LAST, TAGS, Text, texts_of, title_of
from forums.cooking import slug_of
from forums.models import Category, Post, Tag, Topic, TopicTag
from forums.services import category_create
from forums.services.counters import category_topics_shift
from forums.states import Kind, state_of

CATEGORIES = ("Getting started", "Devices", "App", "Automation", "Billing", "Ideas and talk")
POSTS_A_MEMBER = 10
SPAN = timedelta(days=3 * 365)
BATCH = 2_000
"""Topics written together; their posts lie in the order of time, as they would have come."""

_MEMBER = ("id", "handle", "handle_skeleton", "name", "password", "email", "organisation", "joined_at", "roles")
_TOPIC = (
    *("id", "site_id", "category_id", "author_id", "title", "slug", "kind", "state", "tag_names", "asked_at"),
    *("created_at", "bumped_at", "accepted_post_id", "accepted_at", "first_answer_at", "highest_number", "post_count"),
    *("answer_count", "last_post_number", "last_post_at", "last_post_author_id", "imported_same_problem", "score"),
)
_POST = ("id", "topic_id", "number", "author_id", "raw", "cooked", "cooker_version", "imported_helpful", "created_at")


@dataclass
class _Draft:
    """A topic before it is written: its posts as (moment, author, helpful), the first one first."""

    id: int
    category: Category
    title: str
    tags: list[Tag]
    same_problem: int
    posts: list[tuple[datetime, int, int]]
    accepted: int
    """Number of the accepted answer, 0 for none."""
    post_ids: dict[int, int] = field(default_factory=dict)


class Load:
    """One run: the dice, and what topics and posts are chosen from."""

    def __init__(self, posts: int, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311 the same community for the same seed
        self.posts = posts
        self.now = timezone.now()
        self.site = Site.objects.get(is_default_site=True)
        self.texts = texts_of(self.dice)
        self.categories = [_category(self.site, name) for name in CATEGORIES]
        self.tags = [Tag.objects.get_or_create(site=self.site, slug=slug, defaults={"name": slug})[0] for slug in TAGS]
        self.members: range = range(0)
        self.next_topic, self.next_post = first_free_id(Topic), first_free_id(Post)

    def write(self) -> None:
        """Write members, topics and posts."""
        first = first_free_id(Member)
        self.members = range(first, first + max(25, self.posts // POSTS_A_MEMBER))
        with transaction.atomic():
            rows_write(Member, _MEMBER, map(self._member, self.members))
        drafts = self._drafts()
        while batch := list(islice(drafts, BATCH)):
            with transaction.atomic():
                self._batch_write(batch)
        ids_settle([Member, Topic, Post, TopicTag])

    def _member(self, pk: int) -> tuple[Any, ...]:
        first, last = self.dice.choice(FIRST), self.dice.choice(LAST)
        handle = f"{first}-{last}-{pk}"
        joined = self.now - SPAN * self.dice.random()
        name, company = f"{first} {last}".title(), self.dice.choice(("", "", f"{last.title()} Ltd"))
        return pk, handle, handle_skeleton(handle), name, "!", None, company, joined, "[]"

    def _drafts(self) -> Iterator[_Draft]:
        left = self.posts
        while left > 0:
            size = self.posts // 50 if left == self.posts else min(400, int(self.dice.lognormvariate(1.4, 1.1)) + 1)
            size = min(left, max(size, 1))
            yield self._draft(size, share=1 - left / self.posts)
            left -= size

    def _draft(self, size: int, *, share: float) -> _Draft:
        dice, category = self.dice, self.dice.choice(self.categories)
        asked = self.now - SPAN * (1 - share) * 0.999
        pace = min(timedelta(hours=9), (self.now - asked) / (size + 1)).total_seconds()
        asker, moment = self._author(), asked
        posts = [(asked, asker, 0)]
        for _ in range(size - 1):
            moment = min(moment + timedelta(seconds=dice.expovariate(1) * pace), self.now)
            posts.append((moment, self._author(), int(dice.expovariate(0.9))))
        answers = [number for number, (_, author, _) in enumerate(posts, 1) if number > 1 and author != asker]
        solved = category.kind == Kind.QUESTION and bool(answers) and dice.random() < 0.45
        self.next_topic += 1
        return _Draft(
            id=self.next_topic - 1,
            category=category,
            title=title_of(dice),
            tags=dice.sample(self.tags, dice.choice((0, 1, 2, 2, 3))),
            same_problem=int(dice.expovariate(0.4)) if category.kind == Kind.QUESTION else 0,
            posts=posts,
            accepted=dice.choice(answers[:3]) if solved else 0,
        )

    def _author(self) -> int:
        return self.members[int(len(self.members) * self.dice.random() ** 2.5)]

    def _batch_write(self, batch: list[_Draft]) -> None:
        posts = [
            (moment, draft, number, author, helpful)
            for draft in batch
            for number, (moment, author, helpful) in enumerate(draft.posts, 1)
        ]
        posts.sort(key=lambda post: post[0])
        for _, draft, number, _, _ in posts:
            draft.post_ids[number] = self.next_post
            self.next_post += 1
        rows_write(Topic, _TOPIC, (_topic_row(draft) for draft in batch))
        rows_write(TopicTag, ("topic_id", "tag_id"), ((draft.id, tag.pk) for draft in batch for tag in draft.tags))
        rows_write(Post, _POST, (self._post_row(*post) for post in posts))
        for category_id, count in Counter(draft.category.pk for draft in batch).items():
            category_topics_shift(category_id, count)

    def _post_row(self, moment: datetime, draft: _Draft, number: int, author: int, helpful: int) -> tuple[Any, ...]:
        text: Text = self.dice.choice(self.texts)
        return (
            *(draft.post_ids[number], draft.id, number, author, text.raw, text.cooked, text.version, helpful),
            moment,
        )


def load_seed(*, posts: int, seed: int = 1) -> None:
    """Add `posts` posts in topics of all sizes, and a tenth as many members, to the default site.

    For a database that is there to be measured: run again it adds as many once more.
    """
    Load(posts, seed).write()


def _category(site: Site, name: str) -> Category:
    slug = f"load-{slug_of(name)}"
    kind = Kind.DISCUSSION if "talk" in name else Kind.QUESTION
    found: Category | None = Category.objects.filter(site=site, slug=slug).first()
    return found or category_create(member=None, site=site, name=name, slug=slug, kind=kind)


def _topic_row(draft: _Draft) -> tuple[Any, ...]:
    """Return the columns of `_TOPIC`, counted as `forums.services.counters` counts."""
    asked, asker, _ = draft.posts[0]
    answers = [moment for moment, author, _ in draft.posts[1:] if author != asker]
    last, last_author, _ = draft.posts[-1]
    size, kind = len(draft.posts), draft.category.kind
    state = state_of(kind=kind, accepted=bool(draft.accepted), escalated=False, answers=len(answers))
    accepted_at = draft.posts[draft.accepted - 1][0] + timedelta(hours=1) if draft.accepted else None
    score = draft.same_problem + sum(helpful for _, _, helpful in draft.posts)
    tag_names = json.dumps([[tag.slug, tag.name] for tag in draft.tags])
    return (
        *(draft.id, draft.category.site_id, draft.category.pk, asker, draft.title, slug_of(draft.title), kind),
        *(state.value, tag_names, asked, asked, last, draft.post_ids.get(draft.accepted), accepted_at),
        *(answers[0] if answers else None, size, size, len(answers), size, last, last_author),
        *(draft.same_problem, score),
    )
