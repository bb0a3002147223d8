"""What happens in a community, told through the services, so that every contract suite runs on real activities."""

from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser, Group
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from wagtail.models import PageViewRestriction, Site

from community.knowledge.services import pages_tell
from community.members.mails import mail_queue
from community.members.models import Member
from community.members.services import profile_update
from community.moderation.models import Decision, Flag
from community.moderation.services import (
    UNDO_WITHIN,
    Ruling,
    decision_undo,
    flag_create,
    member_suspend_for,
    member_warn,
    outcomes_tell,
    review_decide,
    review_open,
    suspension_lift,
)
from forums.models import Category, Topic
from forums.services import (
    answer_accept,
    answer_unaccept,
    draft_save,
    helpful_toggle,
    post_delete,
    post_edit,
    post_hide,
    post_restore,
    question_escalate,
    same_problem_toggle,
    topic_follow,
)
from ideas.models import Status
from ideas.services import (
    comment_hide,
    comment_restore,
    idea_follow,
    idea_hide,
    ideas_merge,
    status_change,
    vote_instead,
    vote_set,
)
from search.models import Persona
from search.services_asking import help_answered
from search.services_events import key_new, opened_log, suggestions_log
from search.services_visitors import Person
from tests.factories.crm_sync import ConnectionFactory
from tests.factories.forums import CategoryFactory, PostFactory, TopicFactory
from tests.factories.ideas import BoardFactory, CommentFactory, IdeaFactory
from tests.factories.knowledge import ArticleFactory, BlogPostFactory, SectionFactory
from tests.factories.members import MemberFactory

GONE = 987_654_321
"""An id nothing has."""


@dataclass
class World:
    """Who there is, and where."""

    moderator: Member
    agent: Member
    personas: dict[str, object]
    categories: list[Category] = field(default_factory=list)


def world() -> World:
    """Make a community: a connection to the built-in CRM, people, categories of every audience."""
    Site.objects.get(is_default_site=True)
    ConnectionFactory()
    roles = {role.value: MemberFactory(roles=[role.value]) for role in Member.Role}
    people: dict[str, object] = {
        "visitor": AnonymousUser(),
        "customer": MemberFactory(),
        "suspended": MemberFactory(suspended=True),
        **roles,
    }
    categories = [CategoryFactory(), CategoryFactory(audience="members"), CategoryFactory(audience="staff")]
    return World(roles["moderator"], roles["support_agent"], people, categories)


def knowledge() -> None:
    """Articles, sections and posts of the blog for everybody, for members, for two groups, and for nobody yet."""
    for restriction in ("login", "groups"):
        section = SectionFactory()
        ArticleFactory(parent=section)
        fence = PageViewRestriction.objects.create(page=section.page_ptr, restriction_type=restriction)
        fence.groups.set(Group.objects.filter(name="Editors") if restriction == "groups" else [])
    open_section = SectionFactory()
    for published in (True, False):
        ArticleFactory(parent=open_section, publish=published)
        BlogPostFactory(publish=published)
    BlogPostFactory()
    pages_tell(actor_id=None)


def question(told: World, category: Category | None = None) -> None:
    """One question from asking to its case, with all that members and staff do on the way."""
    asker, helper, other = MemberFactory(), MemberFactory(), MemberFactory()
    topic = TopicFactory(category=category or told.categories[0], author=asker)
    answer = PostFactory(topic=topic, author=helper, body=f"Turn it round, as @{other.handle} did.")
    wrong = PostFactory(topic=topic, author=other)
    profile_update(other, member=other, changes={"title": "installer"})
    topic_follow(member=other, topic_id=topic.pk, level=2)
    helpful_toggle(member=other, post_id=answer.pk, wanted=True)
    helpful_toggle(member=asker, post_id=wrong.pk, wanted=True)
    helpful_toggle(member=asker, post_id=wrong.pk, wanted=False)
    same_problem_toggle(member=other, topic_id=topic.pk, wanted=True)
    answer_accept(member=asker, post_id=wrong.pk)
    answer_unaccept(member=asker, topic_id=topic.pk)
    question_escalate(member=told.agent, topic_id=topic.pk)
    answer_accept(member=asker, post_id=answer.pk)
    wrong.refresh_from_db()
    post_edit(member=told.moderator, post_id=wrong.pk, body="Another way round.", edit_number=wrong.edit_number)
    post_hide(member=told.moderator, post_id=wrong.pk)
    post_restore(member=told.moderator, post_id=wrong.pk)
    post_delete(member=other, post_id=wrong.pk)
    help_found(topic)
    for member in (asker, helper):
        account_mailed(member)
    moderated(told)
    shared(told)


def moderated(told: World) -> None:
    """What is held is decided or waits; what is reported, too; a member is warned, suspended and let back."""
    newcomer, writer = MemberFactory(), MemberFactory()
    category = told.categories[0]
    for text in ("Look at https://one.example/a", "And at https://two.example/b"):
        held = TopicFactory(category=category, author=newcomer, body=text)
        assert held.visibility == "held"
    post_id = held.posts.get().pk
    review = review_open(kind="forums.post", subject_id=post_id, site_id=held.site_id, author_id=newcomer.pk)
    approved = review_decide(actor=told.moderator, review_id=review.pk, ruling=Ruling(action="approve"))
    decision_undo(actor=told.moderator, batch=approved.batch)
    rejected = Ruling(action="reject", reason="spam", message="No advertising, please.")
    review_decide(actor=told.moderator, review_id=review.pk, ruling=rejected)
    posts = [PostFactory(topic=TopicFactory(category=category), author=writer) for _ in range(2)]
    for post in posts:
        body = "Better: https://three.example/c"
        post_edit(member=writer, post_id=post.pk, body=body, edit_number=post.edit_number)
        flag = flag_create(member=newcomer, kind="forums.post", subject_id=post.pk, reason="spam")
    review_decide(actor=told.moderator, review_id=flag.review_id, ruling=Ruling(action="hide"))
    Flag.objects.update(settled_at=F("settled_at") - UNDO_WITHIN)
    Decision.objects.update(at=F("at") - UNDO_WITHIN)
    outcomes_tell()
    words = {"reason": "spam", "message": "No advertising, please."}
    member_warn(actor=told.moderator, member=newcomer, **words)
    member_suspend_for(actor=told.moderator, member=newcomer, days=1, **words)
    suspension_lift(actor=told.moderator, member=newcomer)


def shared(told: World) -> None:
    """Ideas on boards of every audience: voted for, talked about, decided, merged; some out of sight, some held."""
    author, other = MemberFactory(), MemberFactory()
    boards = [BoardFactory(), BoardFactory(audience="members"), BoardFactory(audience="staff")]
    manager = MemberFactory(roles=["product_manager"])
    for board in boards:
        IdeaFactory(board=board, author=manager, title="Let it be blue")
    idea, double = (IdeaFactory(board=boards[0], author=author) for _ in range(2))
    vote_set(member=other, idea_id=idea.pk, wanted=True)
    vote_set(member=other, idea_id=double.pk, wanted=True)
    vote_set(member=other, idea_id=double.pk, wanted=False)
    vote_instead(member=MemberFactory(), idea_id=idea.pk, title="The same", body=f"As @{other.handle} says.")
    comment = CommentFactory(idea=idea, author=other)
    idea_follow(member=told.agent, idea_id=idea.pk, wanted=True)
    CommentFactory(idea=idea, author=author)
    comment_hide(member=told.moderator, comment_id=comment.pk)
    comment_restore(member=told.moderator, comment_id=comment.pk)
    for status in Status.objects.filter(site=idea.site).order_by("position")[1:3]:
        status_change(member=manager, idea_id=idea.pk, status_id=status.pk, note="We **look** at it.")
    ideas_merge(member=manager, source_id=double.pk, target_id=idea.pk)
    idea_hide(member=told.moderator, idea_id=IdeaFactory(board=boards[0], author=author).pk)
    IdeaFactory(board=boards[0], body="Look at https://six.example/a and https://seven.example/b")


def help_found(topic: Topic) -> None:
    """Two members begin to ask and are shown a topic: it answers the one, the other asks all the same."""
    for ends in ("answered", "sent"):
        member, key, shown = MemberFactory(), key_new(), ("forums.topic", topic.pk)
        person = Person(site_id=topic.site_id, persona=Persona.MEMBER, language="en", member_id=member.pk)
        suggestions_log(person=person, key=key, shown=[shown])
        draft_save(member=member, context="ask", sequence=0, body="I begin.")
        opened_log(person=person, key=key, thing=shown)
        if ends == "answered":
            help_answered(person=person, viewer=member, key=key, source=shown)
        else:
            TopicFactory(category=topic.category, author=member, help_id=key)


def account_mailed(member: Member) -> None:
    """A mail about an account waits for the mail server."""
    mail = EmailMultiAlternatives("Your code", "481502", to=[str(member.email)])
    mail.attach_alternative("<p>481502</p>", "text/html")
    mail_queue(mail)
