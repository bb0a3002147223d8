"""Fragments that open pages ask for when something may have changed, and the replies a press brings in."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from community.core.requests import PageRequest
from community.core.showing import shows
from forums import selectors, services


@require_safe
def topic_news(request: PageRequest, topic_id: int) -> HttpResponse:
    """Say how many replies came after post `?after=`, and where the topic stands. Raises: Http404."""
    news = selectors.topic_news(
        topic_id, site=request.site, viewer=request.user, after=_whole(request.GET.get("after", ""))
    )
    context = {"news": news, "page": news, "at_end": request.GET.get("here") == "1"}
    return render(request, "forums/topic.html#news", context)


@require_safe
def reply_list(request: PageRequest, topic_id: int) -> HttpResponse:
    """Show the replies after post `?after=`, at most a window of them; remember them as read. Raises: Http404."""
    after = _whole(request.GET.get("after", ""))
    page = selectors.topic_page(topic_id, site=request.site, viewer=request.user, number=after + 1)
    posts = [post for post in page.posts if post.number > after]
    last = max(after, page.last_number)
    context = {
        "page": page,
        "posts": posts,
        "first": next((post.number for post in posts if not post.is_stub and not post.is_above), 0),
        "author_ids": sorted({post.author.id for post in posts if not post.is_stub}),
        "after": last,
        "at_end": True,
        "news": selectors.topic_news(topic_id, site=request.site, viewer=request.user, after=last),
    }
    shows(request, "forums.topic", page.id, number=last)
    response = render(request, "forums/topic.html#replies", context)
    if page.signed_in and page.last_read < last:
        services.topic_read_to(member=request.user, topic_id=page.id, number=last)
    return response


@require_safe
def category_news(request: PageRequest, category_id: int) -> HttpResponse:
    """Say how many topics were asked since the moment `?since=` (seconds of the epoch). Raises: Http404."""
    since = datetime.fromtimestamp(_whole(request.GET.get("since", "")), tz=UTC)
    news = selectors.category_news(category_id, site=request.site, viewer=request.user, since=since)
    return render(request, "forums/category.html#news", {"news": news})


def _whole(text: str) -> int:
    """Return a whole number out of an address; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else 0
