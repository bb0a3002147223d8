"""Addresses of the knowledge base and the blog."""

from django.urls import path, re_path

from community.knowledge.views import blog, helpful, pages

app_name = "knowledge"

urlpatterns = [
    path("help/", pages.home, name="home"),
    path("help/feed/", pages.help_feed, name="help_feed"),
    path("help/a/<int:article_id>/helpful/", helpful.helpful_say, name="helpful_say"),
    path("help/a/<int:article_id>/helpful/why/", helpful.helpful_explain, name="helpful_explain"),
    path("help/a/<int:article_id>/helpful/<slug:said>/", helpful.helpful_said, name="helpful_said"),
    re_path(r"^help/a/(?P<article_id>[0-9]{1,18})/(?P<slug>[-\w]+)/$", pages.article, name="article"),
    re_path(r"^help/(?P<slug>[-\w]+)/$", pages.section, name="section"),
    path("blog/", blog.blog, name="blog"),
    path("blog/feed/", blog.blog_feed, name="blog_feed"),
    re_path(r"^blog/(?P<post_id>[0-9]{1,18})/(?P<slug>[-\w]+)/$", blog.blog_post, name="blog_post"),
]
