"""Addresses of ideas."""

from django.urls import path, re_path

from ideas.views import comments, editing, feeds, ideas, lists, roadmap, sharing, staff

app_name = "ideas"

urlpatterns = [
    path("ideas/", lists.idea_list, name="idea_list"),
    path("ideas/new/", sharing.idea_share, name="idea_share"),
    path("ideas/similar/", sharing.similar_list, name="similar_list"),
    path("ideas/mine/", lists.mine, name="mine"),
    path("ideas/feed/", feeds.feed, name="feed"),
    re_path(r"^ideas/b/(?P<slug>[-\w]+)/feed/$", feeds.feed, name="board_feed"),
    re_path(r"^ideas/b/(?P<slug>[-\w]+)/$", lists.board, name="board"),
    path("ideas/comments/<int:comment_id>/", comments.comment, name="comment"),
    path("ideas/comments/<int:comment_id>/edit/", editing.comment_edit, name="comment_edit"),
    path("ideas/comments/<int:comment_id>/delete/", comments.comment_delete, name="comment_delete"),
    path("ideas/comments/<int:comment_id>/hide/", comments.comment_hide, name="comment_hide"),
    path("ideas/comments/<int:comment_id>/restore/", comments.comment_restore, name="comment_restore"),
    path("i/<int:idea_id>/", ideas.idea_by_id, name="idea_by_id"),
    path("i/<int:idea_id>/news/", ideas.idea_news, name="idea_news"),
    path("i/<int:idea_id>/vote/", ideas.vote_set, name="vote_set"),
    path("i/<int:idea_id>/follow/", ideas.idea_follow, name="idea_follow"),
    path("i/<int:idea_id>/comment/", comments.comment_create, name="comment_create"),
    path("i/<int:idea_id>/edit/", editing.idea_edit, name="idea_edit"),
    path("i/<int:idea_id>/delete/", ideas.idea_delete, name="idea_delete"),
    path("i/<int:idea_id>/hide/", ideas.idea_hide, name="idea_hide"),
    path("i/<int:idea_id>/restore/", ideas.idea_restore, name="idea_restore"),
    path("i/<int:idea_id>/status/", staff.status_change, name="status_change"),
    path("i/<int:idea_id>/merge/", staff.idea_merge, name="idea_merge"),
    path("i/<int:idea_id>/unmerge/", staff.idea_unmerge, name="idea_unmerge"),
    path("i/<int:idea_id>/vote-for/", staff.vote_for, name="vote_for"),
    path("roadmap/", roadmap.roadmap, name="roadmap"),
    path("roadmap/<int:idea_id>/follow/", roadmap.roadmap_follow, name="roadmap_follow"),
    path("staff/ideas/statuses/", staff.status_list, name="status_list"),
    path("staff/ideas/statuses/new/", staff.status_edit, name="status_add"),
    path("staff/ideas/statuses/<int:status_id>/", staff.status_edit, name="status_edit"),
    path("staff/ideas/statuses/<int:status_id>/delete/", staff.status_delete, name="status_delete"),
    re_path(r"^i/(?P<idea_id>[0-9]+)/(?P<slug>[-\w]+)/$", ideas.idea, name="idea"),
]
