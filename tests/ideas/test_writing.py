"""What members write about ideas: held, announced, told to whom it concerns, found, and what erasure leaves."""

import pytest

from community.activity.delivery import drain_activity
from community.activity.models import Activity
from community.activity.subjects import subject_of
from community.members.models import Member
from community.moderation.models import Review
from community.notifications.models import Notification
from community.privacy.services import erase_member, export_member
from ideas.models import Board, Idea, IdeaFollow, Status, VoteEntry, VoteNote
from ideas.services import status_change, vote_for, vote_set
from search.models import SearchDirty
from tests.factories.ideas import BoardFactory, CommentFactory, IdeaFactory
from tests.factories.members import MemberFactory, ModeratorFactory, ProductManagerFactory

pytestmark = pytest.mark.django_db
LINKS = "Cheap at https://one.example/a and https://two.example/b"


def told(kind: str) -> set[int]:
    """Return the members who have a notice of this kind."""
    return set(Notification.objects.filter(kind=kind).values_list("member_id", flat=True))


def types_of(kind: str, pk: int) -> list[str]:
    """Return what the log heard of a thing, in order."""
    heard = Activity.objects.filter(subject_kind=kind, subject_id=pk).order_by("id")
    return list(heard.values_list("type", flat=True))


def test_a_held_idea_is_announced_when_it_is_published() -> None:
    idea = IdeaFactory(body=LINKS)
    drain_activity()

    assert idea.visibility == "held"
    assert types_of("ideas.idea", idea.pk) == ["ideas.idea_held"]
    assert Review.objects.waiting().filter(kind="ideas.idea", subject_id=idea.pk).exists()
    assert Board.objects.get().idea_count == 0

    subject_of("ideas.idea").publish(idea.pk, actor_id=ModeratorFactory().pk)

    assert types_of("ideas.idea", idea.pk)[1:] == ["ideas.idea_shared", "ideas.vote_cast"]
    assert Board.objects.get().idea_count == 1


def test_a_held_comment_counts_from_the_day_it_is_approved() -> None:
    idea = IdeaFactory()
    comment = CommentFactory(idea=idea, body=LINKS)

    assert (comment.visibility, idea.comment_count, idea.highest_number) == ("held", 0, 1)

    subject_of("ideas.comment").publish(comment.pk, actor_id=ModeratorFactory().pk)

    idea.refresh_from_db()
    assert idea.comment_count == 1
    assert types_of("ideas.comment", comment.pk) == ["ideas.comment_held", "ideas.comment_published"]


def test_a_comment_is_told_to_the_author_and_to_who_talks_but_not_to_who_only_voted() -> None:
    idea, talker, voter = IdeaFactory(), MemberFactory(), MemberFactory()
    vote_set(member=voter, idea_id=idea.pk, wanted=True)
    CommentFactory(idea=idea, author=talker)
    drain_activity()
    assert (told("idea_comment"), told("idea_talk")) == ({idea.author_id}, set())

    CommentFactory(idea=idea)
    drain_activity()
    assert told("idea_talk") == {talker.pk}


def test_everybody_who_voted_hears_of_a_new_status_but_not_who_chose_not_to() -> None:
    idea, manager = IdeaFactory(), ProductManagerFactory()
    voter, muted = MemberFactory(), MemberFactory()
    for member in (voter, muted):
        vote_set(member=member, idea_id=idea.pk, wanted=True)
    IdeaFollow.objects.filter(member=muted).update(is_on=False, reason=IdeaFollow.Reason.CHOSEN)
    status = Status.objects.get(kind="planned")

    status_change(member=manager, idea_id=idea.pk, status_id=status.pk, note="In spring.")
    drain_activity()

    assert told("idea_status") == {idea.author_id, voter.pk}


def test_an_idea_is_marked_for_search_and_its_document_carries_the_talk() -> None:
    idea = IdeaFactory(title="Dim the display at night")
    comment = CommentFactory(idea=idea, body="Mine lights the ceiling.")
    drain_activity()

    assert SearchDirty.objects.filter(kind="ideas.idea", object_id=idea.pk).exists()
    document = subject_of("ideas.idea").search_documents([idea.pk])[idea.pk]
    assert (document.type, document.title) == ("idea", "Dim the display at night")
    assert "lights the ceiling" in document.replies
    assert subject_of("ideas.comment").search_documents([comment.pk]) == {}


def test_erasing_keeps_words_and_votes_and_removes_notes_and_follows() -> None:
    idea, customer = IdeaFactory(board=BoardFactory()), MemberFactory()
    vote_for(member=ProductManagerFactory(), idea_id=idea.pk, customer=customer, reason="Said so on the phone.")
    assert export_member(customer.pk)["data"]["ideas"]["vote_notes"][0]["text"] == "Said so on the phone."

    erase_member(customer.pk)

    assert not VoteNote.objects.exists()
    assert not IdeaFollow.objects.filter(member=customer).exists()
    assert VoteEntry.objects.filter(member=customer).count() == 1
    assert Idea.objects.get(pk=idea.pk).vote_count == 2
    assert Member.objects.get(pk=customer.pk).state == Member.State.ERASED
