"""Addresses of ideas."""

from django.urls import path, re_path

from ideas.views import ideas, lists

app_name = "ideas"

urlpatterns = [
    path("ideas/", lists.idea_list, name="idea_list"),
    re_path(r"^ideas/b/(?P<slug>[-\w]+)/$", lists.board, name="board"),
    path("i/<int:idea_id>/", ideas.idea_by_id, name="idea_by_id"),
    re_path(r"^i/(?P<idea_id>[0-9]+)/(?P<slug>[-\w]+)/$", ideas.idea, name="idea"),
]
