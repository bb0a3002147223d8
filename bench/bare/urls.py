"""The page, and addresses for what it links to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path

from bench.bare.models import Topic


def topic(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Show a topic with its first twenty posts and five others of its category."""
    found = get_object_or_404(Topic.objects.select_related("category", "author"), pk=pk, visibility="visible")
    posts = found.posts.filter(visibility="visible", number__lte=20).select_related("author").order_by("number")
    others = Topic.objects.filter(category=found.category, visibility="visible").exclude(pk=pk).order_by("-id")[:5]
    return render(request, "topic.html", {"topic": found, "posts": posts, "others": others})


def nothing(request: HttpRequest, **_where: object) -> HttpResponse:
    """Stand for a page that links lead to."""
    return HttpResponse()


urlpatterns = [
    path("", nothing, name="home"),
    path("t/<int:pk>/<slug:slug>/", topic, name="topic"),
    path("c/<slug:slug>/", nothing, name="category"),
    path("m/<str:handle>/", nothing, name="member"),
    path("p/<int:pk>/", nothing, name="post"),
    path("p/<int:pk>/like/", nothing, name="like"),
    path("p/<int:pk>/history/", nothing, name="history"),
    path("sign-in/", nothing, name="sign_in"),
]
