"""Addresses of the knowledge base and the blog."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path

app_name = "knowledge"


def _page(request: HttpRequest, **_args: Any) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("help/", _page, name="home"),
    re_path(r"^help/a/(?P<article_id>[0-9]{1,18})/(?P<slug>[-\w]+)/$", _page, name="article"),
    re_path(r"^help/(?P<slug>[-\w]+)/$", _page, name="section"),
    path("blog/", _page, name="blog"),
    re_path(r"^blog/(?P<post_id>[0-9]{1,18})/(?P<slug>[-\w]+)/$", _page, name="blog_post"),
]
