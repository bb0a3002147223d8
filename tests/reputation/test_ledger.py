"""The ledger follows the log, limits and reversals included."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from community.activity.handlers import handlers_for
from community.activity.models import Activity
from community.reputation.models import LedgerEntry, MemberTotal, ReputationRule
from community.reputation.selectors import members_moved, point_sources, points_of, progress_of
from community.reputation.services import ledger_apply, totals_recount, totals_repair
from tests.factories.members import MemberFactory
from tests.reputation.log import happened

pytestmark = pytest.mark.django_db


def apply(*views: Any) -> None:
    with transaction.atomic():
        ledger_apply(views)


def test_an_accepted_answer_pays_its_author_and_the_asker() -> None:
    asker, helper = MemberFactory(), MemberFactory()

    apply(happened("AnswerAccepted", post=5, actor=asker, author=helper, asker=asker))

    assert points_of([asker.pk, helper.pk]) == {asker.pk: 2, helper.pk: 15}


def test_an_answer_accepted_by_staff_pays_the_author_only() -> None:
    asker, helper, agent = MemberFactory(), MemberFactory(), MemberFactory(roles=["support_agent"])

    apply(happened("AnswerAccepted", post=5, actor=agent, author=helper, asker=asker))

    assert points_of([asker.pk, helper.pk, agent.pk]) == {helper.pk: 15}


def test_an_own_answer_earns_nothing_whoever_accepts_it() -> None:
    asker, agent = MemberFactory(), MemberFactory(roles=["support_agent"])

    apply(
        happened("AnswerAccepted", post=5, actor=asker, author=asker, asker=asker),
        happened("AnswerAccepted", post=6, actor=agent, author=asker, asker=asker),
    )

    assert not LedgerEntry.objects.exists()


def test_taking_the_acceptance_back_reverses_with_an_entry_that_points_at_the_earning() -> None:
    asker, helper = MemberFactory(), MemberFactory()
    accepted = happened("AnswerAccepted", post=5, actor=asker, author=helper, asker=asker)
    apply(accepted)
    earning = LedgerEntry.objects.get(member=helper)

    taken = happened("AnswerUnaccepted", post=5, actor=asker, author=helper, asker=asker)
    apply(taken)

    reversal = LedgerEntry.objects.get(member=helper, reverses=earning)
    assert (reversal.points, reversal.activity_id) == (-15, taken.id)
    assert points_of([asker.pk, helper.pk]) == {asker.pk: 0, helper.pk: 0}


def test_moving_the_acceptance_moves_the_points_exactly() -> None:
    asker, first, second = MemberFactory(), MemberFactory(), MemberFactory()
    for author, post in [(first, 5), (second, 6), (first, 5)]:
        apply(happened("AnswerAccepted", post=post, actor=asker, author=author, asker=asker))
        if (author, post) != (first, 5) or LedgerEntry.objects.filter(member=second).exists():
            continue
        apply(happened("AnswerUnaccepted", post=5, actor=asker, author=first, asker=asker))
    apply(happened("AnswerUnaccepted", post=6, actor=asker, author=second, asker=asker))

    assert points_of([first.pk, second.pk, asker.pk]) == {first.pk: 15, second.pk: 0, asker.pk: 2}


def test_each_member_takes_back_only_their_own_helpful() -> None:
    author, one, other = MemberFactory(), MemberFactory(), MemberFactory()
    apply(
        happened("HelpfulGiven", post=5, actor=one, author=author),
        happened("HelpfulGiven", post=5, actor=other, author=author),
    )

    apply(happened("HelpfulTaken", post=5, actor=one, author=author))

    assert points_of([author.pk]) == {author.pk: 2}


@pytest.mark.parametrize("gone", ["PostHidden", "PostDeleted"])
def test_a_post_out_of_sight_earns_nothing_until_it_is_restored(gone: str) -> None:
    asker, author, mod = MemberFactory(), MemberFactory(), MemberFactory(roles=["moderator"])
    apply(
        happened("AnswerAccepted", post=5, actor=asker, author=author, asker=asker),
        happened("HelpfulGiven", post=5, actor=asker, author=author),
    )

    apply(happened(gone, post=5, actor=mod, author=author))
    hidden = points_of([author.pk])
    apply(happened("PostRestored", post=5, actor=mod, author=author))

    assert hidden == {author.pk: 0}
    assert points_of([author.pk]) == {author.pk: 17}


def test_what_was_taken_back_while_hidden_does_not_return_on_restore() -> None:
    asker, author = MemberFactory(), MemberFactory()
    apply(happened("AnswerAccepted", post=5, actor=asker, author=author, asker=asker))
    apply(happened("PostHidden", post=5, actor=None, author=author))
    apply(happened("AnswerUnaccepted", post=5, actor=asker, author=author, asker=asker))

    apply(happened("PostRestored", post=5, actor=None, author=author))

    assert points_of([author.pk]) == {author.pk: 0}


def test_the_same_batch_again_changes_nothing() -> None:
    asker, author = MemberFactory(), MemberFactory()
    views = [
        happened("AnswerAccepted", post=5, actor=asker, author=author, asker=asker),
        happened("AnswerUnaccepted", post=5, actor=asker, author=author, asker=asker),
        happened("AnswerAccepted", post=5, actor=asker, author=author, asker=asker),
    ]
    apply(*views)
    entries = LedgerEntry.objects.count()

    apply(*views)
    apply(views[1])

    assert LedgerEntry.objects.count() == entries
    assert points_of([author.pk]) == {author.pk: 15}


def test_one_giver_gives_no_more_than_the_daily_limit_and_the_rest_stands_with_nothing() -> None:
    author, fan, other = MemberFactory(), MemberFactory(), MemberFactory()

    apply(*[happened("HelpfulGiven", post=post, actor=fan, author=author) for post in range(1, 9)])
    apply(happened("HelpfulGiven", post=20, actor=other, author=author))

    assert LedgerEntry.objects.count() == 9
    assert points_of([author.pk]) == {author.pk: 10 + 2}


def test_the_limit_is_new_the_next_day() -> None:
    author, fan = MemberFactory(), MemberFactory()
    for day in (1, 2):
        at = datetime(2026, 3, day, 23, 30, tzinfo=UTC)
        apply(
            *[
                happened("HelpfulGiven", post=10 * day + post, actor=fan, author=author, occurred_at=at)
                for post in range(7)
            ]
        )

    assert points_of([author.pk]) == {author.pk: 20}


def test_giving_and_taking_all_day_earns_no_more_and_ends_exactly() -> None:
    asker, author = MemberFactory(), MemberFactory()
    for _ in range(7):
        apply(happened("AnswerAccepted", post=5, actor=asker, author=author, asker=asker))
        apply(happened("AnswerUnaccepted", post=5, actor=asker, author=author, asker=asker))

    apply(happened("AnswerAccepted", post=5, actor=asker, author=author, asker=asker))

    assert points_of([author.pk, asker.pk]) == {author.pk: 15, asker.pk: 2}


def test_imports_earn_nothing_and_a_seeded_community_does() -> None:
    names = [handler.name for handler in handlers_for("forums.answer_accepted", "import")]

    assert "reputation.points" not in names
    assert "reputation.points" in [handler.name for handler in handlers_for("forums.answer_accepted", "seed")]


def test_a_disabled_rule_pays_nothing_from_then_on_and_keeps_what_it_paid() -> None:
    author, fan = MemberFactory(), MemberFactory()
    apply(happened("HelpfulGiven", post=5, actor=fan, author=author))

    ReputationRule.objects.filter(activity_type="forums.helpful_given").update(enabled=False)
    apply(happened("HelpfulGiven", post=6, actor=fan, author=author))
    kept = points_of([author.pk])
    apply(happened("HelpfulTaken", post=5, actor=fan, author=author))

    assert kept == {author.pk: 2}
    assert points_of([author.pk]) == {author.pk: 0}


def test_the_ledger_refuses_to_be_rewritten() -> None:
    author, fan = MemberFactory(), MemberFactory()
    apply(happened("HelpfulGiven", post=5, actor=fan, author=author))
    entry = LedgerEntry.objects.get()

    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
    with pytest.raises(TypeError):
        LedgerEntry.objects.update(points=1_000)
    with pytest.raises(TypeError):
        LedgerEntry.objects.all().delete()


def test_the_repair_finds_a_wrong_total_and_sets_it_right() -> None:
    author, fan = MemberFactory(), MemberFactory()
    apply(happened("HelpfulGiven", post=5, actor=fan, author=author))
    MemberTotal.objects.filter(member=author).update(points=999)

    wrong = totals_repair()

    assert wrong == 1
    assert points_of([author.pk]) == {author.pk: 2}
    assert totals_repair() == 0


def test_whose_points_moved_is_told_until_nothing_moves() -> None:
    author, fan = MemberFactory(), MemberFactory()
    before = timezone.now()
    view = happened("HelpfulGiven", post=5, actor=fan, author=author)
    apply(view)
    between = timezone.now()

    apply(view)

    assert author.pk in members_moved(before)
    assert members_moved(between) == []


def test_reaching_a_level_is_recorded_once_in_both_directions() -> None:
    author = MemberFactory()
    views = []
    for post in range(4):
        asker = MemberFactory()
        views.append(happened("AnswerAccepted", post=post, actor=asker, author=author, asker=asker))
    apply(*views)
    with transaction.atomic():
        totals_recount([author.pk])

    up = Activity.objects.filter(type="reputation.level_changed", subject_id=author.pk)
    assert [row.payload["points"] for row in up] == [60]
    assert progress_of(author.pk).standing.level == "Regular"

    apply(happened("PostDeleted", post=0, actor=author, author=author))

    assert [row.payload["points"] for row in up.all().order_by("pk")] == [60, 45]
    assert progress_of(author.pk).standing.level == "Newcomer"


def test_sources_count_what_still_stands() -> None:
    author, asker, fan = MemberFactory(), MemberFactory(), MemberFactory()
    apply(
        happened("AnswerAccepted", post=1, actor=asker, author=author, asker=asker),
        happened("HelpfulGiven", post=1, actor=asker, author=author),
        happened("HelpfulGiven", post=1, actor=fan, author=author),
        happened("HelpfulTaken", post=1, actor=fan, author=author),
    )
    apply(happened("PostHidden", post=1, actor=None, author=author))
    apply(happened("PostRestored", post=1, actor=None, author=author))

    sources = point_sources(author.pk)

    assert [(str(line.label), line.times, line.each, line.points) for line in sources] == [
        ("Answers accepted", 1, 15, 15),
        ("Marked helpful", 1, 2, 2),
    ]


def test_a_batch_costs_the_same_queries_whatever_its_length(django_assert_max_num_queries: Any) -> None:
    author, fans = MemberFactory(), MemberFactory.create_batch(30)
    views = [happened("HelpfulGiven", post=number, actor=fan, author=author) for number, fan in enumerate(fans)]

    with django_assert_max_num_queries(17):  # 13 and savepoints of the bulk inserts
        apply(*views)


def test_choosing_an_answer_is_a_line_of_its_own() -> None:
    asker, helper = MemberFactory(), MemberFactory()
    apply(happened("AnswerAccepted", post=1, actor=asker, author=helper, asker=asker))

    assert [(str(line.label), line.points) for line in point_sources(asker.pk)] == [("Answers chosen", 2)]
    assert [(str(line.label), line.points) for line in point_sources(helper.pk)] == [("Answers accepted", 15)]
