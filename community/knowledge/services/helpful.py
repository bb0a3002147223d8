"""What readers say of an article: it helped, or it did not and why."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Q

from community.activity.log import record
from community.knowledge.activities import ArticleRated
from community.knowledge.locks import helpful_count_lock
from community.knowledge.models import Article, HelpfulCount, HelpfulVote
from community.knowledge.models.helpful import REASON_TEXT_LENGTH
from community.knowledge.permissions import helpful_say_check


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who says it: a member, or a visitor known for one day by a key."""

    viewer: Any
    visitor_key: str = ""

    @property
    def row(self) -> dict[str, Any]:
        """Return what finds and makes the reader's own rows."""
        if self.viewer.is_authenticated:
            return {"member_id": self.viewer.pk, "visitor_key": ""}
        return {"member_id": None, "visitor_key": self.visitor_key}


def helpful_say(*, article: Article, reader: Reader, helped: bool, origin: str = "web") -> bool:
    """Say that the published version of an article helped, or did not; one vote a reader, the last one counts.

    Returns: whether anything changed.
    Raises: Denied. Idempotent: yes. Queries: 8 or less.
    """
    helpful_say_check(reader.viewer, article)
    version = {"article_id": article.pk, "revision_id": article.live_revision_id or 0}
    with transaction.atomic():
        count = helpful_count_lock(**version)
        vote = HelpfulVote.objects.filter(**version, **reader.row).first()
        if vote and vote.helped == helped:
            return False
        before = (0, 0) if vote is None else (int(vote.helped), int(not vote.helped))
        if vote is None:
            HelpfulVote.objects.create(**version, **reader.row, helped=helped)
        else:
            HelpfulVote.objects.filter(pk=vote.pk).update(helped=helped, reason="", text="")
        HelpfulCount.objects.filter(pk=count.pk).update(
            yes=F("yes") + int(helped) - before[0], no=F("no") + int(not helped) - before[1]
        )
        rated = ArticleRated(revision_id=version["revision_id"], helped=helped)
        record(rated, subject_id=article.pk, actor_id=reader.row["member_id"], origin=origin)
    return True


def helpful_explain(*, article: Article, reader: Reader, reason: str, text: str) -> bool:
    """Say why the article did not help; False for a reader who did not say that it did not.

    Only colleagues read it, and nothing that readers see changes, so the log hears nothing. Raises: Denied.
    Idempotent: yes. Queries: 1.
    """
    helpful_say_check(reader.viewer, article)
    votes = HelpfulVote.objects.filter(
        article_id=article.pk, revision_id=article.live_revision_id or 0, helped=False, **reader.row
    )
    return bool(votes.update(reason=reason, text=text.strip()[:REASON_TEXT_LENGTH]))


def helpful_forget(member_id: int) -> int:
    """Delete what a member said of articles; return how many rows. Idempotent: yes."""
    with transaction.atomic():
        votes = HelpfulVote.objects.filter(member_id=member_id)
        articles = sorted(set(votes.values_list("article_id", flat=True)))
        deleted = votes.delete()[0]
        helpful_recount(article_ids=articles)
    return deleted


def helpful_recount(*, article_ids: list[int] | None = None) -> int:
    """Count the votes again where the kept figures differ; return how many were wrong. Idempotent: yes.

    Args:
        article_ids: only these; all without.
    """
    of = {} if article_ids is None else {"article_id__in": article_ids}
    counted = {
        (article_id, revision_id): (yes, no)
        for article_id, revision_id, yes, no in HelpfulVote.objects.filter(**of)
        .values_list("article_id", "revision_id")
        .annotate(yes=Count("pk", filter=Q(helped=True)), no=Count("pk", filter=Q(helped=False)))
    }
    kept = HelpfulCount.objects.filter(**of)
    known = {(row.article_id, row.revision_id) for row in kept}
    wrong = [row for row in kept if counted.get((row.article_id, row.revision_id), (0, 0)) != (row.yes, row.no)]
    missing = counted.keys() - known
    for article_id, revision_id in sorted({(row.article_id, row.revision_id) for row in wrong} | missing):
        _recount(article_id, revision_id)
    return len(wrong) + len(missing)


def _recount(article_id: int, revision_id: int) -> None:
    with transaction.atomic():
        count = helpful_count_lock(article_id, revision_id)
        votes = HelpfulVote.objects.filter(article_id=article_id, revision_id=revision_id)
        figures = votes.aggregate(yes=Count("pk", filter=Q(helped=True)), no=Count("pk", filter=Q(helped=False)))
        HelpfulCount.objects.filter(pk=count.pk).update(**figures)
