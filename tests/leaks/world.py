"""A small community with something to hide in every corner, and one persona of every kind."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from community.api.models import Token
from community.members.models import Member
from community.members.services import account_link
from community.notifications.models import MailStop, Notification
from community.notifications.tokens import StopToken, stop_url
from crm_sync.credentials import seal
from crm_sync.models import AccountFact, CrmDirty, Link, Run, SandboxCase, SandboxContact
from crm_sync.selectors_dead import dead_groups
from forums.models import Draft, Topic
from forums.services import draft_save, post_edit, post_hide
from tests.factories.api import token_for
from tests.factories.crm_sync import ConnectionFactory, SandboxAccountFactory
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.members import (
    AdministratorFactory,
    MemberFactory,
    ModeratorFactory,
    ProductManagerFactory,
    SupportAgentFactory,
)
from tests.leaks.ideas import ideas_build, sandbox_idea_build
from tests.leaks.moderated import held_build
from tests.leaks.written import written_build

STAFF_WORD = "canarystaffonly"
HIDDEN_WORD = "canaryhidden"
MEMBERS_WORD = "canarymembersonly"
DRAFT_WORD = "canarydraft"
MONEY_WORD = "canaryplan"
SECRET_WORD = "canarytoken"
SITE_WORD = "canarysite"
"""In all that everybody may read here, and nobody on another site's host."""


@dataclass(frozen=True)
class World:
    """Personas by name (`visitor` is None) and the values that rows of the table name."""

    personas: dict[str, Member | None]
    values: dict[str, Any]


def world_build() -> World:
    """Make it through factories and services."""
    personas: dict[str, Member | None] = {
        "visitor": None,
        "suspended": MemberFactory(suspended=True),
        "customer": MemberFactory(),
        "owner": MemberFactory(handle="owner"),
        "moderator": ModeratorFactory(),
        "product_manager": ProductManagerFactory(),
        "support_agent": SupportAgentFactory(),
        "administrator": AdministratorFactory(),
    }
    owner, moderator, administrator = (personas[name] for name in ("owner", "moderator", "administrator"))
    public = CategoryFactory(slug="public", name=f"Hall {SITE_WORD}")
    members = CategoryFactory(slug="members", audience="members", name=f"Corner {MEMBERS_WORD}")
    staff = CategoryFactory(slug="staff", audience="staff", name=f"Office {STAFF_WORD}")
    topics = {
        "public": TopicFactory(category=public, author=owner, title=f"Welcome {SITE_WORD}"),
        "members": TopicFactory(category=members, author=owner, title=f"Terms {MEMBERS_WORD}"),
        "staff": TopicFactory(category=staff, author=administrator, title=f"Salaries {STAFF_WORD}", body=STAFF_WORD),
        "hidden": TopicFactory(category=public, author=owner, title=f"Buy {HIDDEN_WORD}", body=f"Cheap {HIDDEN_WORD}"),
    }
    for name, topic in topics.items():  # the address may be guessed and is echoed: it holds no canary
        topic.slug = f"{name}-topic"
        topic.save(update_fields=["slug"])
    reply, edited, hidden = (
        PostFactory(topic=topics["public"], body=text) for text in (f"One {SITE_WORD}", "Two", HIDDEN_WORD)
    )
    post_edit(member=moderator, post_id=edited.pk, body="Two and a half, changed at length.", edit_number=0)
    for post in (hidden, topics["hidden"].posts.get()):
        post_hide(member=moderator, post_id=post.pk)
    draft_save(member=owner, context="ask", sequence=0, title="", body=f"My {DRAFT_WORD}")
    assert Draft.objects.filter(member=owner).count() == 1
    values = {f"{name}_topic": topic.pk for name, topic in topics.items()}
    values |= {f"{name}_slug": topic.slug for name, topic in topics.items()}
    values |= {f"{category.slug}_category": category.slug for category in (public, members, staff)}
    values |= {f"{category.slug}_category_id": category.pk for category in (public, members, staff)}
    values |= {
        "public_first_post": topics["public"].posts.get(number=1).pk,
        "public_reply": reply.pk,
        "edited_reply": edited.pk,
        "hidden_post": hidden.pk,
        "staff_post": topics["staff"].posts.get().pk,
        "owner_handle": "owner",
        "owner_id": owner.pk,
    }
    values |= {f"{name}_thing": f"forums.topic:{topic.pk}" for name, topic in topics.items()}
    values |= {f"{name}_source": f"forums.topic:{topic.pk} 7" for name, topic in topics.items()}
    token_for(owner)
    values["owner_token"] = Token.objects.get(member=owner).pk
    values |= written_build(members_word=MEMBERS_WORD, draft_word=DRAFT_WORD)
    values |= _crm(owner)
    values |= _inboxes(personas, topics)
    values |= held_build(owner, public, topics["public"], reply)
    values |= ideas_build(owner, moderator, members_word=MEMBERS_WORD, staff_word=STAFF_WORD, hidden_word=HIDDEN_WORD)
    return World(personas, values)


def _inboxes(personas: dict[str, Member | None], topics: dict[str, Topic]) -> dict[str, Any]:
    """Tell everybody of everything, as if all had been allowed to see it when it happened."""
    members = [member for member in personas.values() if member is not None]
    for number, topic in enumerate(topics.values(), start=1):
        post = topic.posts.order_by("number").first()
        Notification.objects.bulk_create(
            Notification(
                member=member,
                kind="answer",
                names_you=True,
                on_site=True,
                activity_id=1_000_000 + number,
                actor=personas["administrator"],
                subject_kind="forums.post",
                subject_id=post.pk,
                thread_kind="forums.topic",
                thread_id=topic.pk,
                site_id=topic.site_id,
                created_at=timezone.now(),
            )
            for member in members
        )
        for member in members:
            MailStop.objects.create(member=member, thread_kind="forums.topic", thread_id=topic.pk)
    owner, public = personas["owner"], topics["public"].pk
    token = StopToken(owner.pk, "thread", "forums.topic", public)
    return {
        "owner_thread": f"forums.topic:{public}",
        "owner_stop": stop_url(token, language="en").rstrip("/").rsplit("/", 1)[1],
    }


def _crm(owner: Member) -> dict[str, Any]:
    """Connect a CRM that knows what the owner's company pays."""
    sealed, key_id = seal({"token": SECRET_WORD})
    connection = ConnectionFactory(credentials=sealed, key_id=key_id)
    now = timezone.now()
    fact = AccountFact.objects.create(
        connection=connection, remote_id="A-1", name="Owner Ltd", plan=MONEY_WORD, changed_at=now, as_of=now
    )
    account_link(member_id=owner.pk, key=f"crm:{connection.pk}:{fact.remote_id}", name=fact.name, origin="system")
    Link.objects.create(
        connection=connection,
        kind="contact",
        object_id=owner.pk,
        contact_id=owner.pk,
        remote_type="contact",
        remote_id="C-1",
        state=Link.State.LINKED,
        account_id=fact.remote_id,
    )
    with transaction.atomic():  # the worker of a served community takes care of what is dead at once
        CrmDirty.objects.create(
            connection=connection, kind="contact", object_id=owner.pk, state="dead", last_error="invalid"
        )
        dead_group = str(dead_groups(connection_id=connection.pk)[0].key)
    run = Run.objects.create(connection=connection, started_at=now)
    account = SandboxAccountFactory(connection=connection, plan=MONEY_WORD)
    contact = SandboxContact.objects.create(connection=connection, key="k", account=account, name="Owner")
    case = SandboxCase.objects.create(connection=connection, reference="r", contact=contact, subject="A question")
    return {
        "connection": connection.pk,
        "run": run.pk,
        "dead_group": dead_group,
        "sandbox_account": account.pk,
        "sandbox_contact": contact.pk,
        "sandbox_case": case.pk,
        **sandbox_idea_build(connection),
    }
