"""Boards, ideas and comments for tests; ideas and comments are made by the services, so their counters are right."""

from typing import Any

import factory
from wagtail.models import Site

from ideas.models import Board, Comment, Idea
from ideas.services import board_create, comment_create, idea_share
from tests.factories.members import MemberFactory


class BoardFactory(factory.django.DjangoModelFactory):
    """A public board. Takes what `board_create` takes."""

    class Meta:
        model = Board

    site = factory.LazyFunction(lambda: Site.objects.get(is_default_site=True))
    slug = factory.Sequence(lambda number: f"board-{number}")
    name = factory.Sequence(lambda number: f"Board {number}")
    description = "What it is about."

    @classmethod
    def _create(cls, model_class: type[Board], *args: Any, **values: Any) -> Board:
        return board_create(member=None, **values)


class IdeaFactory(factory.django.DjangoModelFactory):
    """An idea with its author's vote. Takes what `idea_share` takes; `author` is who shares it."""

    class Meta:
        model = Idea

    board = factory.SubFactory(BoardFactory)
    author = factory.SubFactory(MemberFactory)
    title = factory.Sequence(lambda number: f"Let part {number} be blue")
    body = "It is **grey** today."

    @classmethod
    def _create(cls, model_class: type[Idea], *args: Any, author: Any, **values: Any) -> Idea:
        return idea_share(member=author, **values)


class CommentFactory(factory.django.DjangoModelFactory):
    """A comment. Takes what `comment_create` takes; `author` is who comments."""

    class Meta:
        model = Comment

    idea = factory.SubFactory(IdeaFactory)
    author = factory.SubFactory(MemberFactory)
    body = factory.Sequence(lambda number: f"We would use it {number} times a day.")

    @classmethod
    def _create(cls, model_class: type[Comment], *args: Any, author: Any, idea: Idea, **values: Any) -> Comment:
        comment = comment_create(member=author, idea_id=idea.pk, **values)
        idea.refresh_from_db()
        return comment
