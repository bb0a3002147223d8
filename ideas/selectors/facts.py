"""What a CRM may hear of ideas, and who votes for them."""

from collections.abc import Iterable

from django.utils.translation import override

from community.activity.contracts import Facts, IdeaFacts, Voter
from community.core.markup import plain_text
from ideas.models import Idea, Visibility, Vote
from ideas.selectors.paths import idea_short_path

RESPONSE_LENGTH = 4_000


def idea_facts(ids: Iterable[int]) -> dict[int, Facts]:
    """Return the facts of each idea that was ever visible; of one out of sight only that. Queries: 1."""
    ideas = Idea.objects.filter(pk__in=set(ids), is_unseen=False)
    return {idea.pk: _facts(idea) for idea in ideas.select_related("board", "status", "response").defer("raw")}


def _facts(idea: Idea) -> IdeaFacts:
    is_shown = idea.visibility == Visibility.VISIBLE
    with override(idea.language):
        status = idea.status.name
    return IdeaFacts(
        title=idea.title if is_shown else "",
        board=idea.board.name,
        status=status,
        url=idea_short_path(idea),
        site_id=idea.site_id,
        response=plain_text(idea.response.cooked)[:RESPONSE_LENGTH] if idea.response else "",
        submitted_at=idea.created_at,
        votes=idea.vote_count,
        comments=idea.comment_count,
        merged_into=idea.merged_into_id,
    )


def idea_voters(ids: Iterable[int]) -> dict[int, list[Voter]]:
    """Return who votes for each idea now, with the account each belongs to. Queries: 1."""
    found: dict[int, list[Voter]] = {}
    votes = Vote.objects.filter(idea_id__in=set(ids)).order_by("voted_at", "pk")
    rows = votes.values_list("idea_id", "member_id", "member__account_id", "voted_at")
    for idea_id, member_id, account_id, since in rows:
        found.setdefault(idea_id, []).append(Voter(member_id=member_id, account_id=account_id, since=since))
    return found
