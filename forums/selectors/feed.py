"""What every visitor may read of the latest topics, for readers of feeds."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from wagtail.models import Site

from community.core.addresses import path_plain
from community.core.feeds import SIZE, SUMMARY_LENGTH, FeedEntry
from community.core.markup import excerpt
from forums.models import Post, Topic
from forums.selectors.lists import CategoryCard, categories_of
from forums.selectors.rows import topic_url


@dataclass(frozen=True, kw_only=True)
class Feed:
    """The latest topics of a category, or (category None) of the site."""

    category: CategoryCard | None
    entries: list[FeedEntry]


def topic_feed(*, site: Site, slug: str = "") -> Feed:
    """Return the latest topics every visitor may read, of all categories or of one.

    Raises: Http404 when visitors may not read the category. Queries: 3.
    """
    categories = [one for one in categories_of(site=site, viewer=AnonymousUser()) if slug in ("", one.slug)]
    if slug and not categories:
        raise Http404
    topics = Topic.objects.listed_in(site.pk, [one.id for one in categories]).select_related("author")
    latest = list(topics.order_by("-bumped_at", "-id")[:SIZE])
    first = Post.objects.filter(topic__in=[topic.pk for topic in latest], number=1)
    asked = dict(first.values_list("topic_id", "cooked"))
    names = {one.id: one.name for one in categories}
    return Feed(
        category=categories[0] if slug else None,
        entries=[_entry(topic, asked[topic.pk], names[topic.category_id]) for topic in latest],
    )


def _entry(topic: Topic, cooked: str, category: str) -> FeedEntry:
    return FeedEntry(
        title=topic.title,
        summary=excerpt(cooked, length=SUMMARY_LENGTH),
        url=topic_url(topic),
        lasting_url=path_plain("forums:topic_by_id", topic.pk),
        author=topic.author.display_name,
        category=category,
        at=topic.asked_at,
        moved_at=topic.bumped_at,
    )
