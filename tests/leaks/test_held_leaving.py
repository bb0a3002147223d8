"""What is held leaves by no path until it is approved; then by each that its kind has, so the paths are looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from community.activity.delivery import drain_activity
from community.activity.subjects import subject_of
from community.members.models import Member
from community.members.services import profile_update
from community.moderation.models import Review
from community.moderation.services import Ruling, review_decide
from community.notifications.models import Preference
from community.notifications.services.digests import digests_queue
from community.work import hints
from community.work.hints import Hint
from forums.models import Topic, TopicMember
from forums.services import post_edit, topic_follow
from ideas.models import Idea
from ideas.services import idea_edit, idea_follow
from tests.crm_sync.driving import send_all
from tests.factories.api import Program, token_for
from tests.factories.crm_sync import ConnectionFactory
from tests.factories.forums import PostFactory, TopicFactory
from tests.factories.ideas import CommentFactory, IdeaFactory
from tests.factories.members import MemberFactory, ModeratorFactory
from tests.leaks.test_held import tables_with
from tests.notifications.telling import mails_sent
from tests.search.conftest import engine  # noqa: F401 the same engine
from tests.search.driving import settle_search
from tests.search_pages.conftest import BROWSER

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engine")]
EVERYWHERE = {"page", "API", "mail"}
LEAVES = {
    "topic": EVERYWHERE | {"search", "box", "similar", "sitemap"},
    "reply": EVERYWHERE | {"search", "digest"},
    "topic_change": EVERYWHERE | {"search", "box", "similar", "sitemap", "digest"},
    "idea": EVERYWHERE | {"search", "box", "sitemap", "feed", "CRM"},
    "comment": EVERYWHERE | {"digest"},
    "idea_change": EVERYWHERE | {"search", "box", "sitemap", "feed", "CRM", "digest"},
    "profile": EVERYWHERE | {"search", "box", "similar", "feed", "CRM", "digest"},
}
"""Where the words of each kind are read once it is approved; a hint to open pages besides."""


@dataclass
class Scene:
    """A topic and an idea that two people follow, one by mail and one by digest; somebody new who writes."""

    topic: Topic
    idea: Idea
    writer: Member
    by_mail: Member
    by_digest: Member
    moderator: Member
    hints: list[Hint] = field(default_factory=list)

    def text(self, kind: str) -> str:
        return f"Dear @{self.by_mail.handle}, see https://{word(kind)}.example/shop"


def word(kind: str) -> str:
    """Return what stands in the held thing of a kind, and nowhere else."""
    return f"canary{kind.replace('_', '')}word"


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    ConnectionFactory()
    writer = MemberFactory(handle="writer")
    made = Scene(
        topic=TopicFactory(author=writer),
        idea=IdeaFactory(author=writer),
        writer=writer,
        by_mail=MemberFactory(),
        by_digest=MemberFactory(),
        moderator=ModeratorFactory(),
    )
    topic_follow(member=made.by_mail, topic_id=made.topic.pk, level=TopicMember.Level.WATCHING)
    topic_follow(member=made.by_digest, topic_id=made.topic.pk, level=TopicMember.Level.TRACKING)
    for member in (made.by_mail, made.by_digest):
        idea_follow(member=member, idea_id=made.idea.pk, wanted=True)

    def listen(told: Sequence[Hint]) -> None:
        made.hints.extend(told)

    settle()
    monkeypatch.setattr(hints, "_listeners", [listen])
    return made


def settle() -> None:
    """Let the worker do all there is to do."""
    settle_search()
    Preference.objects.update(next_digest_at=timezone.now())
    digests_queue()
    mails_sent()
    send_all()


def held_of_every_kind(scene: Scene) -> None:
    """Let somebody new write one of each, all with a link."""
    topic, idea, writer = scene.topic, scene.idea, scene.writer
    titles = {kind: f"About {word(kind)}" for kind in LEAVES}
    texts = {kind: scene.text(kind) for kind in LEAVES}
    first = topic.posts.get()
    TopicFactory(category=topic.category, author=writer, title=titles["topic"], body=texts["topic"])
    PostFactory(topic=topic, author=writer, body=texts["reply"])
    post_edit(member=writer, post_id=first.pk, body=texts["topic_change"], title=titles["topic_change"], edit_number=0)
    IdeaFactory(board=idea.board, author=writer, title=titles["idea"], body=texts["idea"])
    CommentFactory(idea=idea, author=writer, body=texts["comment"])
    idea_edit(member=writer, idea_id=idea.pk, title=titles["idea_change"], body=texts["idea_change"], edit_number=0)
    profile_update(writer, member=writer, changes={"name": f"https://{word('profile')}.example"})


def ways_out(scene: Scene) -> dict[str, set[str]]:
    """Return by which paths the word of each kind has left, to others than its writer and moderators."""
    settle()
    cache.clear()
    reader, program = Client(headers={"user-agent": BROWSER}), Program(token_for(scene.by_mail))
    reader.force_login(scene.by_mail)
    topics, ideas = (list(model.objects.order_by("pk")) for model in (Topic, Idea))
    pages = ["/", "/questions/", "/ideas/", "/notifications/", "/m/writer/"]
    pages += [f"/t/{one.pk}/" for one in topics] + [f"/i/{one.pk}/" for one in ideas]
    calls = ["topics", "ideas", "search?q=about+shop+example"]
    calls += [f"topics/{one.pk}/posts" for one in topics]
    calls += [f"ideas/{one.pk}{part}" for one in ideas for part in ("", "/comments")]
    said = {
        "page": [reader.get(path, follow=True) for path in pages],
        "search": [reader.get("/search/", {"q": "about shop example"})],
        "box": [reader.get("/search/instant/", {"q": typed}) for typed in ("about", "https")],
        "similar": [reader.post("/search/similar/", {"title": "About a shop", "body": "An example", "help": "7"})],
        "feed": [reader.get("/ideas/feed/")],
        "sitemap": [reader.get(f"/sitemap-{kind}-0.xml") for kind in ("forums.topic", "ideas.idea")],
        "API": [program.send("GET", path) for path in calls],
    }
    texts = {path: "".join(one.content.decode() for one in answers) for path, answers in said.items()}
    mails = [(one.subject, f"{one.subject} {one.from_email} {one.body} {one.alternatives}") for one in mail.outbox]
    texts["digest"] = "".join(text for subject, text in mails if "missed" in subject)
    texts["mail"] = "".join(text for subject, text in mails if "missed" not in subject)
    return {kind: {path for path, text in texts.items() if word(kind) in text} | in_crm(kind) for kind in LEAVES}


def in_crm(kind: str) -> set[str]:
    return {"CRM"} if any(table.startswith("crm_sync.") for table in tables_with(word(kind))) else set()


def test_nothing_leaves_before_it_is_approved_and_everything_after(scene: Scene) -> None:
    held_of_every_kind(scene)
    reviews = Review.objects.waiting()
    nothing: dict[str, set[str]] = {kind: set() for kind in LEAVES}

    assert ways_out(scene) == nothing
    assert scene.hints == []
    assert reviews.count() == len(LEAVES)
    for topic in Topic.objects.filter(visibility="held"):
        assert not subject_of("forums.topic").escalate(topic.pk, actor_id=None), "no case of it either"

    for review in list(reviews):
        scene.hints.clear()
        review_decide(actor=scene.moderator, review_id=review.pk, ruling=Ruling(action="approve"))
        drain_activity()
        assert scene.hints, review.kind

    assert ways_out(scene) == LEAVES
