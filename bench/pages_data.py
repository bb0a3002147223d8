"""`python -m bench.pages_data`: what the page benchmark needs in its copy of the data; prints it as JSON.

Members with sessions (their replies are limited by the hour, so there are many), the busiest category and topic, how
many queries each page costs, and, on request, deliveries for the worker to drain.
"""

import argparse
import json
from typing import Any

import django


def main() -> None:
    """Write and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--members", type=int, default=0)
    parser.add_argument("--deliveries", type=int, default=0)
    parser.add_argument("--waiting", action="store_true", help="only say how many deliveries wait")
    options = parser.parse_args()
    django.setup()
    if options.waiting:
        found: dict[str, Any] = {"waiting": _waiting()}
    else:
        found = {**_pages(), "sessions": [_session(number) for number in range(options.members)]}
        found["deliveries"] = _fill(options.deliveries)
    print(json.dumps(found))  # noqa: T201


def _waiting() -> int:
    from community.activity.models import Delivery

    return Delivery.objects.filter(state="waiting").count()


def _pages() -> dict[str, Any]:
    from django.db.models import Count
    from django.urls import reverse

    from forums.models import Category, Topic

    public = Topic.objects.visible_to(None)
    category = Category.objects.filter(topics__in=public).annotate(held=Count("topics")).order_by("-held").first()
    topics = public.annotate(held=Count("posts")).filter(held__gte=2).order_by("-held")
    open_topics = topics.filter(closed_at__isnull=True)[:50]
    paths = {
        "home": "/",
        "list": reverse("forums:category", args=[category.slug]),
        "topic": reverse("forums:topic", args=[topics[0].pk, topics[0].slug]),
    }
    return {
        "paths": paths,
        "topics": [reverse("forums:topic", args=[topic.pk, topic.slug]) for topic in topics[:200]],
        "reply": [reverse("forums:reply_create", args=[topic.pk]) for topic in open_topics],
        "queries": {name: _queries(path) for name, path in paths.items()},
    }


def _queries(path: str) -> int:
    """Return how many queries a visitor's page costs, warm."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def _session(number: int) -> str:
    """Return the session key of a member of our own, signed in."""
    from django.conf import settings
    from django.test import Client

    from community.members.models import Member
    from community.members.services import member_create

    email = f"bench{number}@example.com"
    member = Member.objects.filter(email=email).first() or member_create(
        name=f"Bench {number}", email=email, email_verified=True, origin="seed"
    )
    client = Client()
    client.force_login(member)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _fill(wanted: int) -> int:
    """Record posts as published once more until `wanted` deliveries wait; return how many do."""
    from itertools import cycle, islice

    from django.db import transaction

    from community.activity.handlers import handlers_for
    from community.activity.log import record
    from forums.activities import PostPublished
    from forums.models import Post

    posts = cycle(Post.objects.values_list("pk", "topic_id", "number", "author_id")[:2000])
    rounds = -(-wanted // max(1, len(handlers_for("forums.post_published", "web"))))
    while rounds > 0:
        with transaction.atomic():
            for pk, topic_id, number, author_id in islice(posts, min(500, rounds)):
                payload = PostPublished(topic_id=topic_id, number=number, author_id=author_id)
                record(payload, subject_id=pk, actor_id=author_id)
        rounds -= 500
    return _waiting() if wanted else 0


if __name__ == "__main__":
    main()
