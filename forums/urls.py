"""Addresses of the forums."""

from django.urls import path, re_path

from forums.views import composing, feeds, lists, news, posts, topics

app_name = "forums"

urlpatterns = [
    path("c/", lists.category_list, name="category_list"),
    re_path(r"^c/(?P<slug>[-\w]+)/$", lists.category, name="category"),
    path("questions/", lists.topic_list, name="topic_list"),
    path("questions/feed/", feeds.feed, name="feed"),
    re_path(r"^c/(?P<slug>[-\w]+)/feed/$", feeds.feed, name="category_feed"),
    path("c/<int:category_id>/news/", news.category_news, name="category_news"),
    path("ask/", composing.ask, name="ask"),
    path("ask/preview/", composing.preview, name="preview"),
    path("ask/picture/", composing.upload_create, name="upload_create"),
    path("ask/names/", composing.mention_list, name="mention_list"),
    path("drafts/", composing.draft_list, name="draft_list"),
    path("drafts/save/", composing.draft_save, name="draft_save"),
    path("drafts/discard/", composing.draft_discard, name="draft_discard"),
    path("t/<int:topic_id>/", topics.topic_by_id, name="topic_by_id"),
    path("t/<int:topic_id>/news/", news.topic_news, name="topic_news"),
    path("t/<int:topic_id>/replies/", news.reply_list, name="reply_list"),
    path("t/<int:topic_id>/reply/", topics.reply_create, name="reply_create"),
    path("t/<int:topic_id>/same-problem/", topics.same_problem_toggle, name="same_problem_toggle"),
    path("t/<int:topic_id>/follow/", topics.topic_follow, name="topic_follow"),
    path("t/<int:topic_id>/escalate/", topics.question_escalate, name="question_escalate"),
    path("t/<int:topic_id>/close/", topics.topic_close, name="topic_close"),
    re_path(r"^t/(?P<topic_id>[0-9]+)/(?P<slug>[-\w]+)/$", topics.topic, name="topic"),
    path("p/<int:post_id>/", posts.post, name="post"),
    path("p/<int:post_id>/helpful/", posts.helpful_toggle, name="helpful_toggle"),
    path("p/<int:post_id>/accept/", posts.answer_accept, name="answer_accept"),
    path("p/<int:post_id>/quote/", posts.post_quote, name="post_quote"),
    path("p/<int:post_id>/edit/", posts.post_edit, name="post_edit"),
    path("p/<int:post_id>/edits/", posts.post_history, name="post_history"),
    path("p/<int:post_id>/delete/", posts.post_delete, name="post_delete"),
    path("p/<int:post_id>/hide/", posts.post_hide, name="post_hide"),
    path("p/<int:post_id>/restore/", posts.post_restore, name="post_restore"),
]
