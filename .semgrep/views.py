from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404, render

from forums import selectors, services
from forums.models import Topic


def topic_show(request, topic_id):
    # ruleid: orm-in-view
    topic = Topic.objects.get(pk=topic_id)
    # ruleid: orm-in-view
    topic = get_object_or_404(Topic, pk=topic_id)
    # ruleid: orm-in-view
    posts = topic.posts.all()
    # ruleid: orm-in-view
    shown = posts.filter(Q(visibility="visible"))
    # ok: orm-in-view
    page = selectors.topic_page(topic_id, viewer=request.user)
    return render(request, "forums/topic.html", {"page": page, "shown": shown})


def topic_rename(request, topic):
    # ruleid: orm-in-view
    with transaction.atomic():
        topic.title = request.POST.get("title", "")
        # ruleid: orm-in-view
        topic.save()
    # ok: orm-in-view
    services.topic_rename(member=request.user, topic_id=topic.pk, title=request.POST.get("title", ""))
    # ok: orm-in-view
    request.session.update({"seen": True})


# ok: orm-in-view
@router.delete("/topics/{topic_id}/same-problem")
def same_problem_leave(request, topic_id):
    services.same_problem_toggle(member=request.auth, topic_id=topic_id, wanted=False)
    # ruleid: orm-in-view
    request.auth.delete()
