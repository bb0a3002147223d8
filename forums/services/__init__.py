"""What can be done in the forums. Each function owns its transaction and records what it did."""

from community.members.writing import text_preview
from forums.services.answers import answer_accept, answer_unaccept
from forums.services.cases import case_apply, question_escalate, question_hand_over
from forums.services.categories import category_create, category_update
from forums.services.cooking import recook_posts
from forums.services.counters import counters_repair
from forums.services.drafts import draft_discard, draft_save, drafts_end, drafts_expire
from forums.services.editing import held_edit_apply, held_edit_revert, post_edit, post_revise
from forums.services.following import topic_follow, topic_read_to, topics_read_all
from forums.services.images import image_upload, images_forget
from forums.services.imports import (
    AnswerImport,
    ImportOutcome,
    PostImport,
    TopicImport,
    answer_import,
    post_import,
    topic_import,
)
from forums.services.posts import (
    post_delete,
    post_hide,
    post_restore,
    post_visibility_set,
    reply_create,
)
from forums.services.reactions import answer_thank, helpful_toggle, same_problem_toggle
from forums.services.topics import topic_ask, topic_close, topic_reopen, topic_start

__all__ = [
    "AnswerImport",
    "ImportOutcome",
    "PostImport",
    "TopicImport",
    "answer_accept",
    "answer_import",
    "answer_thank",
    "answer_unaccept",
    "case_apply",
    "category_create",
    "category_update",
    "counters_repair",
    "draft_discard",
    "draft_save",
    "drafts_end",
    "drafts_expire",
    "held_edit_apply",
    "held_edit_revert",
    "helpful_toggle",
    "image_upload",
    "images_forget",
    "post_delete",
    "post_edit",
    "post_hide",
    "post_import",
    "post_restore",
    "post_revise",
    "post_visibility_set",
    "question_escalate",
    "question_hand_over",
    "recook_posts",
    "reply_create",
    "same_problem_toggle",
    "text_preview",
    "topic_ask",
    "topic_close",
    "topic_follow",
    "topic_import",
    "topic_read_to",
    "topic_reopen",
    "topic_start",
    "topics_read_all",
]
