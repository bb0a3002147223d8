"""Which activity changes which document. Database only; what a document says is read when it is written."""

from collections.abc import Sequence

from community.activity.handlers import ActivityView, Handler
from search.marking import documents_mark
from search.models.work import BULK, NORMAL
from search.port import Key

_CATEGORY, _TOPIC, _POST, _MEMBER = "forums.category", "forums.topic", "forums.post", "members.member"
_ON_PAGE = ("published", "revised", "moved", "unpublished", "deleted")
_BOARD, _IDEA = "ideas.board", "ideas.idea"
_NAMED = {_TOPIC: "topic_id", _IDEA: "idea_id"}
"""How the payload of what stands below a thing names it."""
_ON_POST = ("published", "edited", "hidden", "restored", "deleted")

MARKS: dict[str, tuple[str, ...]] = {
    "members.member_joined": (_MEMBER,),
    "members.member_updated": (_MEMBER,),
    "members.member_erased": (_MEMBER,),
    "forums.topic_asked": (_TOPIC,),
    "forums.topic_started": (_TOPIC,),
    **{f"forums.post_{what}": (_TOPIC, _POST) for what in _ON_POST},
    "forums.answer_accepted": (_TOPIC, _POST),
    "forums.answer_unaccepted": (_TOPIC, _POST),
    "forums.helpful_given": (_TOPIC, _POST),
    "forums.helpful_taken": (_TOPIC, _POST),
    "forums.same_problem_joined": (_TOPIC,),
    "forums.same_problem_left": (_TOPIC,),
    "forums.question_escalated": (_TOPIC,),
    "forums.case_changed": (_TOPIC,),
    "forums.category_changed": (_CATEGORY,),
    "knowledge.section_changed": ("knowledge.section",),
    **{f"knowledge.article_{what}": ("knowledge.article",) for what in _ON_PAGE},
    **{f"knowledge.blog_post_{what}": ("knowledge.blogpost",) for what in _ON_PAGE},
    "ideas.idea_shared": (_IDEA,),
    "ideas.idea_edited": (_IDEA,),
    "ideas.idea_hidden": (_IDEA,),
    "ideas.idea_restored": (_IDEA,),
    "ideas.idea_deleted": (_IDEA,),
    "ideas.vote_cast": (_IDEA,),
    "ideas.vote_withdrawn": (_IDEA,),
    "ideas.status_changed": (_IDEA,),
    "ideas.ideas_merged": (_IDEA,),
    "ideas.ideas_unmerged": (_IDEA,),
    **{f"ideas.comment_{what}": (_IDEA,) for what in _ON_POST},
    "ideas.board_changed": (_BOARD,),
}
"""Type -> kinds of the documents that change: the subject's own, or that of its topic or idea."""
_DEEP = frozenset(
    {
        "forums.category_changed",
        "ideas.board_changed",
        "knowledge.section_changed",
        *(f"forums.post_{what}" for what in _ON_POST[1:]),
    }
)
"""What also changes the documents of things inside; for a post, when it is its topic's first."""


class SearchHandler(Handler):
    """Marks documents dirty."""

    name = "search.documents"
    types = tuple(MARKS)

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Idempotent: yes, a replay marks again and the same documents are written. Queries: 1 to 4."""
        marks: dict[tuple[bool, int], set[Key]] = {}
        for activity in batch:
            priority = BULK if activity.origin in ("import", "seed") else NORMAL
            for kind in MARKS[activity.type]:  # a topic's first post has no document of its own
                deep = activity.type in _DEEP and kind != _POST and getattr(activity.payload, "number", 1) == 1
                same = kind == activity.subject_kind
                pk = activity.subject_id if same else int(getattr(activity.payload, _NAMED.get(kind, ""), 0) or 0)
                if pk and not (kind == _POST and getattr(activity.payload, "number", 0) == 1):
                    marks.setdefault((deep, priority), set()).add((kind, pk))
        for (deep, priority), keys in sorted(marks.items(), key=lambda item: (item[0][0], -item[0][1])):
            documents_mark(keys, deep=deep, priority=priority)
