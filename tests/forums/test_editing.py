"""Editing: history, grace, conflicts."""

from datetime import timedelta

import pytest
import time_machine

from community.core.errors import Denied, EditConflict
from forums.models import PostEdit, PostImage
from forums.selectors import post_history
from forums.services import post_edit, post_hide, topic_close
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory
from tests.forums.log import last_activity, recorded

pytestmark = pytest.mark.django_db


def test_an_edit_keeps_the_earlier_text() -> None:
    post = PostFactory(body="old text")

    with time_machine.travel(post.created_at + timedelta(hours=1), tick=False):
        edited = post_edit(member=post.author, post_id=post.pk, body="new *text*", edit_number=0)

    edited.refresh_from_db()
    kept = PostEdit.objects.get()
    assert (edited.raw, edited.edit_number) == ("new *text*", 1)
    assert "<em>text</em>" in edited.cooked
    assert edited.edited_at == post.created_at + timedelta(hours=1)
    assert (kept.raw, kept.edit_number, kept.editor) == ("old text", 0, post.author)
    assert last_activity("post_edited").payload == {
        "topic_id": post.topic_id,
        "number": 2,
        "author_id": post.author_id,
        "edit_number": 1,
    }


def test_mending_a_few_letters_at_once_leaves_no_history() -> None:
    post = PostFactory(body="Turn the bolt clokwise.")

    edited = post_edit(member=post.author, post_id=post.pk, body="Turn the bolt clockwise.", edit_number=0)

    assert not PostEdit.objects.exists()
    assert (edited.edit_number, edited.edited_at) == (1, None)
    assert len(recorded("post_edited")) == 1


@pytest.mark.parametrize("why", ["late", "long", "by another"])
def test_grace_ends_with_time_size_and_authorship(why: str) -> None:
    post = PostFactory(body="start")
    editor = ModeratorFactory() if why == "by another" else post.author
    body = "start " + "x" * 120 if why == "long" else "start."

    with time_machine.travel(post.created_at + timedelta(minutes=6 if why == "late" else 1)):
        post_edit(member=editor, post_id=post.pk, body=body, edit_number=0)

    assert PostEdit.objects.get().raw == "start"


def test_the_second_of_two_editors_sees_both_texts_and_overwrites_nothing() -> None:
    post = PostFactory(body="one")
    post_edit(member=ModeratorFactory(), post_id=post.pk, body="two", edit_number=0)

    with pytest.raises(EditConflict) as conflict:
        post_edit(member=post.author, post_id=post.pk, body="three", edit_number=0)

    assert (conflict.value.mine, conflict.value.theirs, conflict.value.edit_number) == ("three", "two", 1)
    post.refresh_from_db()
    assert post.raw == "two"
    assert post_edit(member=post.author, post_id=post.pk, body="three", edit_number=1).raw == "three"


def test_saving_the_same_text_is_no_edit_even_with_an_old_number() -> None:
    post = PostFactory(body="one")
    post_edit(member=post.author, post_id=post.pk, body="two", edit_number=0)

    again = post_edit(member=post.author, post_id=post.pk, body="two", edit_number=0)

    assert again.edit_number == 1
    assert len(recorded("post_edited")) == 1


def test_the_first_post_carries_title_and_tags() -> None:
    topic = TopicFactory(title="Old title", tags=["a1", "b1"], body="text")
    post = topic.posts.get()

    post_edit(member=topic.author, post_id=post.pk, body="text", edit_number=0, title="New title", tags=["b1", "c1"])

    topic.refresh_from_db()
    assert (topic.title, topic.slug) == ("New title", "new-title")
    assert [slug for slug, _name in topic.tag_names] == ["b1", "c1"]
    assert sorted(topic.tags.values_list("slug", flat=True)) == ["b1", "c1"]
    assert PostEdit.objects.get().title == "Old title"


def test_a_reply_cannot_rename_its_topic() -> None:
    post = PostFactory()

    post_edit(member=post.author, post_id=post.pk, body="changed", edit_number=0, title="Mine now", tags=["x1"])

    post.topic.refresh_from_db()
    assert post.topic.title != "Mine now"
    assert post.topic.tag_names == []


def test_pictures_follow_the_text() -> None:
    post = PostFactory(body="![a](/media/post/1/a.webp)")

    post_edit(member=post.author, post_id=post.pk, body="![b](/media/post/1/b.webp)", edit_number=0)

    assert [image.url for image in PostImage.objects.all()] == ["/media/post/1/b.webp"]


def test_others_cannot_edit() -> None:
    post = PostFactory()

    with pytest.raises(Denied):
        post_edit(member=MemberFactory(), post_id=post.pk, body="mine", edit_number=0)


def test_an_author_cannot_edit_what_was_hidden_or_closed() -> None:
    hidden, closed = PostFactory(), PostFactory()
    post_hide(member=ModeratorFactory(), post_id=hidden.pk)
    topic_close(member=ModeratorFactory(), topic_id=closed.topic_id)

    for post in (hidden, closed):
        with pytest.raises(Denied):
            post_edit(member=post.author, post_id=post.pk, body="changed", edit_number=0)


def test_the_history_tells_every_change_newest_first() -> None:
    post = PostFactory(body="one")
    moderator = ModeratorFactory(name="Mo")
    post_edit(member=moderator, post_id=post.pk, body="two", edit_number=0)
    post_edit(member=moderator, post_id=post.pk, body="three", edit_number=1)

    changes = post_history(post.pk, viewer=MemberFactory()).changes

    assert [(change.before, change.after, change.editor) for change in changes] == [
        ("two", "three", "Mo"),
        ("one", "two", "Mo"),
    ]
