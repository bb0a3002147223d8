"""`python -m bench.visitors_data`: the addresses and the session `bench.visitors` asks with, as JSON."""

import json
from typing import Any

import django


def main() -> None:
    """Print."""
    django.setup()
    print(json.dumps({"topic": _topic(), "long": _long(), "pages": _pages(), "session": _session()}))  # noqa: T201


def _topic() -> str:
    """Return the first topic of twenty posts or a little more, solved."""
    from django.urls import reverse

    from forums.models import Topic

    topics = Topic.objects.filter(category__slug__startswith="load-", state="solved", post_count__gte=20)
    topic = topics.order_by("post_count", "pk")[0]
    return reverse("forums:topic", args=[topic.pk, topic.slug])


def _long() -> dict[str, str]:
    """Return the first and the last page of the longest topic."""
    from django.urls import reverse

    from forums.models import Topic

    topic = Topic.objects.order_by("-post_count")[0]
    path = reverse("forums:topic", args=[topic.pk, topic.slug])
    return {"first": path, "last": f"{path}?post={topic.last_post_number}"}


def _pages() -> dict[str, str]:
    """Return the other pages by name; an article only where there is one."""
    from forums.models import Topic

    topic = Topic.objects.filter(category__slug__startswith="load-").select_related("author", "category").first()
    wanted = {
        "home": _address("portal:home"),
        "questions": _address("forums:topic_list"),
        "forum list": _address("forums:category", topic.category.slug),
        "top of a forum": _address("forums:category", topic.category.slug) + "?tab=top",
        "ideas by votes": _address("ideas:idea_list") + "?order=top",
        "article": _article(),
        "profile": _address("members:profile", topic.author.handle),
        "search result": _address("search:results") + "?q=filter",
        "feed": _address("knowledge:blog_feed"),
    }
    return {name: path for name, path in wanted.items() if path}


def _address(name: str, *args: Any) -> str:
    from django.urls import reverse

    return reverse(name, args=args)


def _article() -> str:
    from community.knowledge.models import Article

    article = Article.objects.live().filter(locale__language_code="en").first()
    return _address("knowledge:article", article.pk, article.slug) if article else ""


def _session() -> str:
    from bench.pages_data import _session

    return _session(0)


if __name__ == "__main__":
    main()
