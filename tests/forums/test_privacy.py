"""Export and erase."""

import io
import json

import pytest
from django.apps import apps
from PIL import Image

from community.core.collectors import collectors
from community.core.uploads import stored_images
from community.members.models import Member
from forums.models import Draft, Helpful, Post, PostEdit, TopicMember
from forums.services import draft_save, helpful_toggle, image_upload, post_edit, same_problem_toggle
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.members import MemberFactory, ModeratorFactory

pytestmark = pytest.mark.django_db


def member_with_everything() -> Member:
    """Return a member who has left a trace in every table."""
    member = MemberFactory()
    topic = TopicFactory(author=member, title="Own question", body="own words")
    post_edit(member=ModeratorFactory(), post_id=topic.posts.get().pk, body="mended words", edit_number=0)
    post = PostFactory()
    helpful_toggle(member=member, post_id=post.pk, wanted=True)
    same_problem_toggle(member=member, topic_id=post.topic_id, wanted=True)
    draft_save(member=member, context="ask", sequence=0, body="not sent")
    return member


def test_the_export_holds_everything_as_json() -> None:
    member = member_with_everything()

    export = json.loads(json.dumps(collectors["forums"].export(member.pk)))

    assert [topic["title"] for topic in export["topics"]] == ["Own question"]
    assert [post["raw"] for post in export["posts"]] == ["mended words"]
    assert [edit["raw"] for edit in export["earlier_texts"]] == ["own words"]
    assert [draft["body"] for draft in export["drafts"]] == ["not sent"]
    assert (len(export["helpful"]), len(export["same_problem"]), len(export["followed"])) == (1, 1, 2)


def test_erasing_keeps_what_was_said_and_removes_the_rest() -> None:
    member = member_with_everything()

    for _ in range(2):
        collectors["forums"].erase(member.pk)

    assert not Draft.objects.filter(member=member).exists()
    assert not TopicMember.objects.filter(member=member).exists()
    assert not PostEdit.objects.filter(post__author=member).exists()
    assert Post.objects.get(author=member).raw == "mended words"
    assert Helpful.objects.filter(member=member).exists()


def test_erasing_removes_pictures_no_post_shows(settings: object, tmp_path: object) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    member = MemberFactory()
    shown, left_over = (image_upload(member=member, file=_picture()).url for _ in range(2))
    TopicFactory(author=member, body=f"![x]({shown})")

    collectors["forums"].erase(member.pk)

    assert stored_images(owner_id=member.pk, purpose="post") == [shown]
    assert left_over != shown


def test_no_table_with_a_member_is_forgotten() -> None:
    named = set(collectors["forums"].models)

    for model in apps.get_app_config("forums").get_models():
        if any(field.related_model is Member for field in model._meta.get_fields() if not field.auto_created):
            assert model._meta.label in named, model


def _picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "PNG")
    out.seek(0)
    return out
