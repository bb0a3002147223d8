"""Sample content: a few topics to look at, and one button that takes exactly them away again."""

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

from community.members.models import Member
from community.members.services import member_create
from community.portal.models import SampleThing
from community.privacy.services import erase_member
from forums.models import Category, Post, Topic
from forums.services import answer_accept, category_create, post_visibility_set, reply_create, topic_ask

SOURCE = Path(__file__).with_name("samples.toml")
ORIGIN = "seed"
"""Nobody is told, and nothing goes to a CRM."""
Kind = SampleThing.Kind


def sample_add(*, site: Site) -> int:
    """Write the samples in the language of the page; return how many topics. Idempotent: yes."""
    if SampleThing.objects.filter(site=site).exists():
        return _things(site, Kind.TOPIC).count()
    data = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    language = get_language() if get_language() in data else settings.LANGUAGE_CODE
    words: Mapping[str, Any] = data[str(language)]
    with transaction.atomic():
        people = [member_create(name=name, language=str(language), origin=ORIGIN) for name in words["people"]]
        category = _category(site, words, str(language))
        _note(site, Kind.MEMBER, *(person.pk for person in people))
        for age, row in enumerate(words["topics"], start=1):
            at = timezone.now() - timedelta(hours=6 * age)
            _note(site, Kind.TOPIC, _topic(row, people, category, at).pk)
    return len(words["topics"])


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


def sample_remove(*, site: Site) -> int:
    """Take away what `sample_add` wrote; return how many topics stay because members wrote in them. Idempotent: yes.

    Each post is taken down first, as a moderator would: counters, points and the search index give back what they
    held. Then the rows go. The people who wrote are erased.
    """
    with transaction.atomic():
        authors = list(_things(site, Kind.MEMBER).values_list("object_id", flat=True))
        topics = list(_things(site, Kind.TOPIC).values_list("object_id", flat=True))
        posts = Post.objects.filter(topic_id__in=topics)
        answered = set(posts.exclude(author_id__in=authors).values_list("topic_id", flat=True))
        gone = [topic_id for topic_id in topics if topic_id not in answered]
        for post_id in posts.filter(topic_id__in=gone).order_by("topic_id", "-number").values_list("pk", flat=True):
            post_visibility_set(post_id=post_id, visibility="deleted", actor_id=None, origin=ORIGIN)
        Topic.objects.filter(pk__in=gone).update(accepted_post=None)
        Topic.objects.filter(pk__in=gone).delete()
        made = Category.objects.filter(pk__in=_things(site, Kind.CATEGORY).values("object_id"))
        made.filter(topics__isnull=True).delete()
        for member_id in authors:
            erase_member(member_id)
        SampleThing.objects.filter(site=site).delete()
    return len(answered)


def _things(site: Site, kind: str) -> Any:
    return SampleThing.objects.filter(site=site, kind=kind)


def _note(site: Site, kind: str, *ids: int) -> None:
    SampleThing.objects.bulk_create([SampleThing(site=site, kind=kind, object_id=pk) for pk in ids])
