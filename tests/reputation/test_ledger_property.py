"""Whatever members do, in whatever batches it is delivered: totals equal a recount, and undoing restores them."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.activity.models import Activity
from community.reputation.models import LedgerEntry, MemberTotal
from community.reputation.services import ledger_apply
from tests.factories.members import MemberFactory
from tests.reputation.log import happened, views_of

POSTS = range(4)
MEMBERS = range(4)
"""Member 0 asks; post n is by member n."""

steps = st.lists(
    st.one_of(
        st.tuples(st.just("accept"), st.sampled_from(POSTS), st.just(0)),
        st.tuples(st.just("unaccept"), st.sampled_from(POSTS), st.just(0)),
        st.tuples(st.sampled_from(["give", "take"]), st.sampled_from(POSTS), st.sampled_from(MEMBERS)),
        st.tuples(st.sampled_from(["hide", "delete", "restore"]), st.sampled_from(POSTS), st.just(0)),
    ),
    max_size=25,
)


class Forum:
    """The least a forum must know to say what is legal, and what everybody should have."""

    def __init__(self) -> None:
        self.people = MemberFactory.create_batch(len(MEMBERS))
        self.accepted: int | None = None
        self.helpful: set[tuple[int, int]] = set()
        self.gone: set[int] = set()
        self.ids: list[int] = []

    def do(self, verb: str, post: int, who: int) -> None:
        """Record what `verb` means, when it is legal now."""
        if verb == "accept" and self.accepted != post and post not in self.gone:
            if self.accepted is not None:
                self._log("AnswerUnaccepted", self.accepted, 0, asker=self.people[0])
            self._log("AnswerAccepted", post, 0, asker=self.people[0])
            self.accepted = post
        elif verb == "unaccept" and self.accepted == post:
            self._log("AnswerUnaccepted", post, 0, asker=self.people[0])
            self.accepted = None
        elif verb == "give" and (post, who) not in self.helpful and post != who and post not in self.gone:
            self._log("HelpfulGiven", post, who)
            self.helpful.add((post, who))
        elif verb == "take" and (post, who) in self.helpful:
            self._log("HelpfulTaken", post, who)
            self.helpful.remove((post, who))
        elif verb in ("hide", "delete") and post not in self.gone:
            self._log("PostHidden" if verb == "hide" else "PostDeleted", post, 0)
            self.gone.add(post)
        elif verb == "restore" and post in self.gone:
            self._log("PostRestored", post, 0)
            self.gone.remove(post)

    def recount(self) -> dict[int, int]:
        """Return what each member should have, from what stands now."""
        points: dict[int, int] = defaultdict(int)
        if self.accepted not in (None, 0) and self.accepted not in self.gone:
            points[self.people[self.accepted].pk] += 15
            points[self.people[0].pk] += 2
        for post, _ in self.helpful:
            points[self.people[post].pk] += 0 if post in self.gone else 2
        return {pk: total for pk, total in points.items() if total}

    def _log(self, name: str, post: int, who: int, **more: Any) -> None:
        view = happened(name, post=post, actor=self.people[who], author=self.people[post], **more)
        self.ids.append(view.id)


def deliver(ids: list[int], size: int) -> None:
    for start in range(0, len(ids), size):
        with transaction.atomic():
            ledger_apply(views_of(ids[start : start + size]))


def totals() -> dict[int, int]:
    return dict(MemberTotal.objects.exclude(points=0).values_list("member_id", "points"))


@contextmanager
def undone() -> Iterator[None]:
    """Leave the database as it was: hypothesis runs many examples in one test."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


relaxed = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.django_db
@relaxed
@given(done=steps, size=st.integers(1, 7), again=st.lists(st.integers(0, 60), max_size=8))
def test_totals_equal_a_recount_in_any_batches_and_after_any_replay(
    done: list[tuple[str, int, int]], size: int, again: list[int]
) -> None:
    with undone():
        forum = Forum()
        for step in done:
            forum.do(*step)

        deliver(forum.ids, size)
        deliver([forum.ids[index] for index in sorted(set(again)) if index < len(forum.ids)], 1)

        assert totals() == forum.recount()


@pytest.mark.django_db
@relaxed
@given(done=steps)
def test_delivering_at_once_or_as_it_happens_gives_the_same_totals(done: list[tuple[str, int, int]]) -> None:
    with undone():
        forum = Forum()
        for step in done:
            before = len(forum.ids)
            forum.do(*step)
            deliver(forum.ids[before:], 1)
        as_it_happened = totals()
        MemberTotal.objects.all().delete()
        super_delete(LedgerEntry)

        deliver(forum.ids, 500)

        assert as_it_happened == totals() == forum.recount()


@pytest.mark.django_db
@relaxed
@given(done=steps, post=st.sampled_from(POSTS), who=st.sampled_from(MEMBERS))
def test_doing_and_undoing_restores_exactly(done: list[tuple[str, int, int]], post: int, who: int) -> None:
    with undone():
        forum = Forum()
        for step in done:
            forum.do(*step)
        deliver(forum.ids, 3)
        for there, back in [("give", "take"), ("hide", "restore"), ("delete", "restore")]:
            before, known = totals(), len(forum.ids)

            forum.do(there, post, who)
            if len(forum.ids) > known:
                forum.do(back, post, who)
            deliver(forum.ids[known:], 1)

            assert totals() == before
        assert Activity.objects.filter(pk__in=forum.ids).count() == len(forum.ids)


def super_delete(model: Any) -> None:
    """Empty a table that refuses it: the ledger, before it is built again from the log."""
    rows = model.objects.all()
    rows._raw_delete(rows.db)
