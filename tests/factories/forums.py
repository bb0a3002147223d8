"""Categories, topics and posts for tests; topics and posts are made by the services, so their counters are right."""

from typing import Any

import factory
from wagtail.models import Site

from forums.models import Category, Post, Topic
from forums.services import reply_create, topic_ask, topic_start
from tests.factories.members import MemberFactory


class CategoryFactory(factory.django.DjangoModelFactory):
    """A public category for questions. `discussion=True` for discussions."""

    class Meta:
        model = Category

    site = factory.LazyFunction(lambda: Site.objects.get(is_default_site=True))
    slug = factory.Sequence(lambda number: f"category-{number}")
    name = factory.Sequence(lambda number: f"Category {number}")
    description = "What it is about."

    class Params:
        discussion = factory.Trait(kind="discussion")


class TopicFactory(factory.django.DjangoModelFactory):
    """A topic of one post, of the kind of its category. Takes what `topic_ask` takes; `author` is who asks."""

    class Meta:
        model = Topic

    category = factory.SubFactory(CategoryFactory)
    author = factory.SubFactory(MemberFactory)
    title = factory.Sequence(lambda number: f"How does part {number} work?")
    body = "It does **not** do what I think."

    @classmethod
    def _create(cls, model_class: type[Topic], *args: Any, author: Any, category: Category, **values: Any) -> Topic:
        create = topic_ask if category.kind == "question" else topic_start
        return create(member=author, category=category, **values)


class PostFactory(factory.django.DjangoModelFactory):
    """A reply. Takes what `reply_create` takes; `author` is who replies."""

    class Meta:
        model = Post

    topic = factory.SubFactory(TopicFactory)
    author = factory.SubFactory(MemberFactory)
    body = factory.Sequence(lambda number: f"Try it the other way round, as in step {number}.")

    @classmethod
    def _create(cls, model_class: type[Post], *args: Any, author: Any, topic: Topic, **values: Any) -> Post:
        post = reply_create(member=author, topic_id=topic.pk, **values)
        topic.refresh_from_db()
        return post
