"""A word planted in every personal field is found nowhere once its person is erased: no table, mail, CRM or search."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image
from wagtail.models import Site

from community.activity.subjects import subject_of
from community.api.services import token_create
from community.core.sealing import unseal
from community.core.uploads import stored_images
from community.knowledge.services import Reader, helpful_explain, helpful_say
from community.members.mails import mail_opened, mail_queue
from community.members.models import AccountMail, Invitation, Member
from community.members.services import avatar_set
from community.moderation.models import Decision, HeldChange
from community.moderation.services import flag_create, member_warn
from community.privacy.services import CRM_SYNC, consent_set, erase_member, export_member
from crm_sync.models import StaffAct
from forums.models import Topic
from forums.services import draft_save, post_edit
from ideas.models import Idea
from ideas.services import vote_for
from search import backends
from search.backends.embedded.backend import EmbeddedBackend
from search.models.events import Surface
from search.selectors import search
from search.services_events import query_log
from search.services_visitors import person_of
from tests.crm_sync.driving import escalated_topic, send_all
from tests.factories.crm_sync import ConnectionFactory
from tests.factories.forums import PostFactory
from tests.factories.ideas import CommentFactory, IdeaFactory
from tests.factories.knowledge import ArticleFactory
from tests.factories.members import MemberFactory, ModeratorFactory, ProductManagerFactory
from tests.search.driving import settle_search

pytestmark = pytest.mark.django_db

PRIVATE = "zanahoria"
SAID = "publicana"
"""In what the member said to everybody: it stays, under nobody's name."""

PLANTED = {
    "account_emailaddress",
    "api_token",
    "crm_sync_attempt",
    "crm_sync_sandboxcontact",
    "forums_draft",
    "forums_postedit",
    "ideas_votenote",
    "knowledge_helpfulvote",
    "members_accountmail (sealed)",
    "members_invitation",
    "members_member",
    "moderation_decision",
    "moderation_flag",
    "moderation_heldchange",
    "moderation_sanction",
    "search_searchevent",
}
PUBLIC = {"forums_post", "forums_topic", "ideas_comment", "ideas_idea"}
IN_THE_CRM = {"crm_sync_attempt", "crm_sync_sandboxcase", "crm_sync_sandboxidea"}
"""Where a public idea's title and the address of a public question stand, of nobody."""


@pytest.fixture(autouse=True)
def _places(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    backends.use(EmbeddedBackend(tmp_path / "search"))
    yield
    backends.use(None)


def tables_with(word: str) -> set[str]:
    """Return every table of the database, of ours or not, that holds `word` in any column; sealed mails are opened."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 our own tables
            if any(word in _text(value) for row in cursor.fetchall() for value in row):
                found.add(table)
    if any(word in unseal(mail.sealed) for mail in AccountMail.objects.exclude(sealed="")):
        found.add(f"{AccountMail._meta.db_table} (sealed)")
    return found


def _text(value: object) -> str:
    return (bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)).lower()


def _picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), "teal").save(out, "PNG")
    return io.BytesIO(out.getvalue())


def customer_everywhere() -> Member:
    """Return a customer with the private word in every field that is theirs, and the other in what they said."""
    member: Member = MemberFactory(
        handle=f"{PRIVATE}-handle",
        name=f"{PRIVATE} name",
        email=f"{PRIVATE}@example.com",
        title=f"{PRIVATE} title",
        organisation=f"{PRIVATE} organisation",
    )
    site = Site.objects.get(is_default_site=True)
    avatar_set(member, member=member, picture=_picture())
    consent_set(member_id=member.pk, purpose=CRM_SYNC, given=True)
    token_create(member=member, name=f"{PRIVATE} token", scopes=["ideas:read"])
    _write(member)
    article = ArticleFactory()
    reader = Reader(viewer=member)
    helpful_say(article=article, reader=reader, helped=False)
    helpful_explain(article=article, reader=reader, reason="unclear", text=f"{PRIVATE} reason")
    person = person_of(site_id=site.pk, viewer=member, address="127.0.0.1", user_agent="Mozilla/5.0", language="en")
    query_log(person=person, words=f"{PRIVATE} words", surface=Surface.PAGE, total=0, shown=[])
    Invitation.objects.create(
        site_id=site.pk, email=str(member.email), digest="d", expires_at=timezone.now(), invited_by=None
    )
    mail_queue(_mail(str(member.email)))
    member_warn(actor=ModeratorFactory(), member=member, reason="spam", message=f"{PRIVATE} warning")
    return member


def _write(member: Member) -> None:
    """Say things in public, and leave what nobody else reads beside them."""
    topic = escalated_topic(author=member, title=f"{SAID} question", body=f"{PRIVATE} before it was mended")
    post_edit(
        member=ModeratorFactory(),
        post_id=topic.posts.get().pk,
        title=f"{SAID} question",
        body=f"{SAID} words",
        edit_number=0,
    )
    draft_save(member=member, context="ask", sequence=0, title=f"{PRIVATE} draft", body=PRIVATE, tags=[PRIVATE])
    flag_create(member=member, kind="forums.post", subject_id=PostFactory().pk, reason="other", text=f"{PRIVATE} flag")
    idea = IdeaFactory(author=member, title=f"{SAID} idea", body=f"{SAID} text")
    CommentFactory(author=member, idea=idea, body=f"{SAID} comment")
    HeldChange.objects.create(
        kind="ideas.idea", subject_id=idea.pk, author=member, change={"body": PRIVATE}, previous={"body": PRIVATE}
    )
    vote_for(member=ProductManagerFactory(), idea_id=IdeaFactory().pk, customer=member, reason=f"{PRIVATE} phoned")


def _mail(to: str) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives("Your code", f"{PRIVATE}: 123456", "from@example.com", [to])
    mail.attach_alternative("<p>123456</p>", "text/html")
    return mail


def settle() -> None:
    """Let whoever holds copies follow the log: the search index and the CRM."""
    settle_search()
    send_all()
    settle_search()


def found_by_visitors(word: str) -> int:
    site = Site.objects.get(is_default_site=True)
    return len(search(text=word, viewer=AnonymousUser(), site=site).results)


def pages_of(member: Member) -> list[str]:
    """Return where visitors read of the member: the profile, the topic, the idea."""
    topic, idea = Topic.objects.get(author=member), Idea.objects.get(author=member)
    things = (("forums.topic", topic.pk), ("ideas.idea", idea.pk))
    return [f"/m/{member.handle}/", *(subject_of(kind).cards([pk])[pk].url for kind, pk in things)]


def read(pages: list[str]) -> str:
    return "".join(Client().get(page).content.decode() for page in pages)


def test_of_a_customer_only_what_they_said_in_public_is_left(django_capture_on_commit_callbacks: Any) -> None:
    ConnectionFactory(timeline_rule="raw")
    member = customer_everywhere()
    settle()
    pages = pages_of(member)
    assert read(pages).count(f"{PRIVATE} name") >= len(pages)  # parts of pages that hold the name are kept from now on
    assert found_by_visitors(PRIVATE) > 0
    assert SAID in read(pages)
    assert PLANTED - tables_with(PRIVATE) == set()

    with django_capture_on_commit_callbacks(execute=True):
        erase_member(member.pk)
    settle()

    assert tables_with(PRIVATE) == set()
    assert found_by_visitors(PRIVATE) == 0
    assert Client().get(pages[0]).status_code == 404
    assert PRIVATE not in read(pages[1:])
    assert tables_with(SAID) == PUBLIC | IN_THE_CRM
    assert SAID in read(pages[1:])
    assert stored_images(owner_id=member.pk, purpose="avatar") == []


def test_a_mail_that_waits_for_somebody_else_still_goes() -> None:
    member = MemberFactory()
    for address in (member.email, "somebody@example.com"):
        mail_queue(_mail(address))

    erase_member(member.pk)

    assert [mail_opened(mail.sealed).to for mail in AccountMail.objects.all()] == [["somebody@example.com"]]


def test_of_a_colleague_no_word_is_left_but_the_official_ones() -> None:
    crm, colleague = ConnectionFactory(), ModeratorFactory(name=f"{PRIVATE} name", email=f"{PRIVATE}@example.com")
    author = MemberFactory()
    StaffAct.objects.create(
        connection=crm, actor_id=colleague.pk, action="paused", reason=f"{PRIVATE} reason", at=timezone.now()
    )
    member_warn(actor=colleague, member=author, reason="spam", message=f"{SAID} warning")
    Decision.objects.filter(actor=colleague).update(note=f"{PRIVATE} note")
    settle()
    assert {"crm_sync_staffact", "moderation_decision"} <= tables_with(PRIVATE)

    erase_member(colleague.pk)
    settle()

    assert tables_with(PRIVATE) == set()
    assert StaffAct.objects.get().action == "paused"


def test_the_export_holds_every_word_that_is_theirs() -> None:
    ConnectionFactory()
    member = customer_everywhere()
    settle()

    data = json.loads(json.dumps(export_member(member.pk)))["data"]

    for app, parts in OWN_WORDS.items():
        for part in parts:
            assert any(word in json.dumps(data[app][part]) for word in (PRIVATE, SAID)), (app, part)


OWN_WORDS = {
    "api": ("tokens",),
    "forums": ("topics", "posts", "earlier_texts", "drafts"),
    "ideas": ("ideas", "comments", "vote_notes"),
    "knowledge": ("helpful",),
    "members": ("profile", "addresses"),
    "moderation": ("reports", "changes", "sanctions"),
    "search": ("events",),
}
