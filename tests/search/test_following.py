"""The index follows the community: what services change is found, or no longer found."""

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.models import Site

from community.activity.subjects import subject_of
from community.members.models import Member
from community.moderation.services import member_suspend_for
from community.privacy.services import erase_member
from forums.services import answer_accept, category_update, post_delete, post_edit, post_hide, post_restore
from search.models import SearchDirty
from search.selectors import Results, search, similar, suggest
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import MemberFactory
from tests.search.driving import settle_search

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine")]
VISITOR = AnonymousUser()


def find(text: str, viewer: object = VISITOR, **options: object) -> Results:
    """Search the default site."""
    return search(text=text, viewer=viewer, site=Site.objects.get(is_default_site=True), **options)  # type: ignore[arg-type]


def found(text: str, viewer: object = VISITOR) -> set[tuple[str, int]]:
    """Return what is found."""
    return {(result.kind, result.id) for result in find(text, viewer).results}


def test_a_question_is_found_once_it_was_asked() -> None:
    topic = TopicFactory(title="The kettle whistles off key")
    assert found("kettle") == set()

    settle_search()

    assert found("kettles whistle") == {("forums.topic", topic.pk)}
    assert not SearchDirty.objects.exists()


def test_a_reply_is_found_by_its_own_text_and_leads_to_itself() -> None:
    answer = PostFactory(topic=TopicFactory(title="Kettle"), body="Descale it with vinegar.")
    settle_search()

    (result,) = find("vinegar").results

    assert (result.kind, result.id) == ("forums.post", answer.pk)
    assert result.card.url.endswith("#post-2")
    assert "<mark>vinegar</mark>" in result.snippet_html


def test_an_edited_title_is_found_on_the_question_and_its_replies() -> None:
    author = MemberFactory()
    topic = TopicFactory(title="Kettle", author=author)
    answer = PostFactory(topic=topic, body="Descale it.")
    settle_search()

    post_edit(member=author, post_id=topic.posts.get(number=1).pk, title="Samovar", body="It drips.", edit_number=0)
    settle_search()

    assert found("samovar") == {("forums.topic", topic.pk), ("forums.post", answer.pk)}
    assert found("kettle") == set()


def test_hidden_and_deleted_things_are_gone_and_restored_ones_are_back() -> None:
    moderator = MemberFactory(roles=["moderator"])
    topic = TopicFactory(title="Kettle")
    PostFactory(topic=topic, body="Descale the kettle.")
    first = topic.posts.get(number=1)
    settle_search()
    assert len(found("kettle")) == 2

    post_hide(member=moderator, post_id=first.pk)
    assert found("kettle") == set(), "the re-check hides it before the index hears of it"
    settle_search()
    assert find("kettle").total == 0

    post_restore(member=moderator, post_id=first.pk)
    settle_search()
    assert len(found("kettle")) == 2

    post_delete(member=moderator, post_id=first.pk)
    settle_search()
    assert find("kettle", moderator).total == 0


def test_a_category_that_closes_takes_all_inside_with_it() -> None:
    category = CategoryFactory()
    topic = TopicFactory(title="Kettle", category=category)
    PostFactory(topic=topic, body="Descale the kettle.")
    settle_search()
    assert find("kettle").total == 2

    category_update(member=None, category_id=category.pk, audience="members")
    assert found("kettle") == set()
    settle_search()

    assert find("kettle").total == 0
    assert find("kettle", MemberFactory()).total == 2


def test_an_accepted_answer_marks_both_as_solved() -> None:
    asker = MemberFactory()
    topic = TopicFactory(title="Kettle", author=asker)
    answer = PostFactory(topic=topic, body="Descale the kettle.")
    answer_accept(member=asker, post_id=answer.pk)
    settle_search()

    assert found("kettle solved:yes") == {("forums.topic", topic.pk), ("forums.post", answer.pk)}
    assert found("kettle solved:no") == set()


def test_members_are_found_by_name_and_handle_until_they_are_gone() -> None:
    ada, bea = MemberFactory(name="Ada Quillfeather"), MemberFactory(name="Bea Quillfeather")
    for member in (ada, bea):
        _touch(member)
    settle_search()
    assert found("quillfeather") == {("members.member", ada.pk), ("members.member", bea.pk)}

    moderator = MemberFactory(roles=["moderator"])
    member_suspend_for(actor=moderator, member=bea, reason="spam", message="No advertising.", days=None)
    erase_member(ada.pk)
    settle_search()

    assert find("quillfeather").total == 0


def test_an_author_is_asked_for_by_handle() -> None:
    ada = MemberFactory()
    topic = TopicFactory(title="Kettle", author=ada)
    TopicFactory(title="Kettle")
    settle_search()

    assert found(f"kettle author:{ada.handle}") == {("forums.topic", topic.pk)}
    assert found(f"kettle author:@{ada.handle}") == {("forums.topic", topic.pk)}
    assert found("kettle author:nobody-of-that-name") == set()


def test_suggestions_and_similar_topics_are_re_checked_too() -> None:
    moderator = MemberFactory(roles=["moderator"])
    site = Site.objects.get(is_default_site=True)
    topic = TopicFactory(title="The kettle whistles")
    settle_search()

    def both() -> tuple[int, int]:
        begun = suggest(prefix="kett", viewer=VISITOR, site=site).groups
        like = similar(title="My kettle whistles", viewer=VISITOR, site=site).groups
        return sum(map(len, begun.values())), sum(map(len, like.values()))

    assert both() == (1, 1)
    post_hide(member=moderator, post_id=topic.posts.get(number=1).pk)
    assert both() == (0, 0)


def _touch(member: Member) -> None:
    """Have the log speak of a member the factory made behind its back."""
    from search.marking import documents_mark

    assert subject_of("members.member").search_documents([member.pk])
    documents_mark([("members.member", member.pk)])
