"""What pages of the forums show: one frozen dataclass a page, nothing of the ORM."""

from forums.selectors.feed import topic_feed
from forums.selectors.followers import topic_followers
from forums.selectors.home import HomeBlocks, home_blocks
from forums.selectors.lists import (
    TopicFilter,
    TopicListPage,
    categories_of,
    category_page,
    topic_filter,
    topic_list_page,
)
from forums.selectors.members import member_answers, member_topics
from forums.selectors.news import category_news, topic_news
from forums.selectors.presses import helpful_press, members_starting, topic_id_of
from forums.selectors.records import (
    CategoryRecord,
    PostRecord,
    TopicRecord,
    TopicText,
    category_records,
    post_record,
    post_records,
    post_sent,
    topic_record,
    topic_records,
    topic_sent,
)
from forums.selectors.related import open_topics_about
from forums.selectors.topic import PostView, TopicPage, post_url, sent_url, topic_page
from forums.selectors.writing import (
    ask_page,
    category_for_asking,
    change_waiting,
    draft_of,
    draft_view,
    drafts_of,
    pointer_to,
    post_history,
    post_to_delete,
    post_to_edit,
    post_to_quote,
    tags_like,
)

__all__ = [
    "CategoryRecord",
    "HomeBlocks",
    "PostRecord",
    "PostView",
    "TopicFilter",
    "TopicListPage",
    "TopicPage",
    "TopicRecord",
    "TopicText",
    "ask_page",
    "categories_of",
    "category_for_asking",
    "category_news",
    "category_page",
    "category_records",
    "change_waiting",
    "draft_of",
    "draft_view",
    "drafts_of",
    "helpful_press",
    "home_blocks",
    "member_answers",
    "member_topics",
    "members_starting",
    "open_topics_about",
    "post_history",
    "post_record",
    "post_records",
    "post_sent",
    "post_to_delete",
    "post_to_edit",
    "pointer_to",
    "post_to_quote",
    "post_url",
    "sent_url",
    "tags_like",
    "topic_feed",
    "topic_filter",
    "topic_followers",
    "topic_id_of",
    "topic_list_page",
    "topic_news",
    "topic_page",
    "topic_record",
    "topic_records",
    "topic_sent",
]
