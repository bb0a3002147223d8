"""What the demo lacks for some pictures of `make screenshots`: an edit, a report, a draft, a wave, links of mails.

Run inside the installation: `manage.py shell -c "from scripts.staged import main; main()"`; prints as its last line
what addresses in the table of pictures are filled with.
"""

import json
import re
from time import sleep

from django.test import RequestFactory
from django.urls import reverse

from community.core.outbox import outbox_mails
from community.knowledge.models import Article
from community.members.inviting import invitation_send
from community.members.models import Member
from community.members.services import member_create
from community.moderation.services import flag_create
from community.notifications.tokens import StopToken, stop_url
from crm_sync.models import Connection
from forums.models import Category, Post, Topic
from forums.services import draft_save, post_edit, topic_ask

WAVE = "cheap-filters.example"


def main() -> None:
    """Write what is missing; print what pictures name."""
    edited = _edited()
    _reported()
    _wave(edited.topic.category)
    solved = Topic.objects.filter(state="solved", visibility="visible").order_by("pk")[0]
    stop = StopToken(edited.author_id, "digest")
    staged = {
        "member": str(edited.author_id),
        "edited_post": str(edited.pk),
        "thing": f"forums.topic:{solved.pk}",
        "wave": f"host:{WAVE}",
        "stop": stop_url(stop, language="en").split("/")[-2],
        "article": str(Article.objects.live().order_by("pk")[0].pk),
        "connection": str(Connection.objects.order_by("pk")[0].pk),
        "invited": _invited(edited.topic.category),
    }
    print(json.dumps(staged))  # noqa: T201 read by the pictures


def _edited() -> Post:
    """Return a post of the customer that was changed, and a draft of theirs beside it."""
    customer = Member.objects.get(email="customer@example.com")
    post = Post.objects.filter(author=customer, visibility="visible").order_by("pk")[0]
    body = f"{post.raw}\n\nLater: the same with the newest firmware."
    draft_save(member=customer, context="ask", sequence=0, title="Which filter fits a V350?", body="The label is gone.")
    return post_edit(member=customer, post_id=post.pk, body=body, edit_number=post.edit_number)


def _reported() -> None:
    """Have the customer report an answer of somebody else."""
    customer = Member.objects.get(email="customer@example.com")
    post = Post.objects.filter(visibility="visible", number__gt=1).exclude(author=customer).order_by("pk")[0]
    flag_create(member=customer, kind="forums.post", subject_id=post.pk, reason="off_topic")


def _wave(category: Category) -> None:
    """Have three newcomers point at the same place; nobody sees it but moderators."""
    for number, name in enumerate(("Vera Blume", "Otto Klein", "Pia Kern"), start=1):
        member = member_create(name=name, email=f"wave-{number}@example.com", email_verified=True)
        for what in ("Filters at half the price", "The shop everybody talks about"):
            topic_ask(member=member, category=category, title=f"{what}, {number}", body=f"Look: https://{WAVE}/now")


def _invited(category: Category) -> str:
    """Invite a colleague; return the link that the worker of the running installation mails."""
    administrator = Member.objects.get(email="admin@brisa.example")
    request = RequestFactory().get("/", SERVER_NAME="localhost")
    invitation_send(
        member=administrator, site=category.site, email="kim@example.com", roles=["moderator"], request=request
    )
    beginning = reverse("members:invited", args=["x"]).removesuffix("x/")
    for _second in range(60):
        links = [re.search(rf"{beginning}([\w-]+)/", mail.text) for mail in outbox_mails()]
        if found := next(filter(None, links), None):
            return found[1]
        sleep(1)
    return ""
