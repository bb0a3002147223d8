"""What is held or hidden leaves by no path: no table but its own, no subject read for strangers, no mail."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import JSONField, TextField
from django.db.models.fields import CharField
from wagtail.models import Site

from community.activity.delivery import drain_activity
from community.activity.handlers import handlers
from community.activity.subjects import Subject, subjects
from community.core.audience import may_see
from community.members.audience import tokens_of
from community.moderation.handlers import HOLDING
from community.moderation.models import HeldChange, Review
from community.moderation.services import Ruling, outcomes_tell, review_claim, review_decide
from community.privacy.services import export_member
from forums.selectors import tags_like
from tests.leaks.moderated import HELD_WORD
from tests.leaks.world import HIDDEN_WORD, World, world_build
from tests.notifications.telling import mails_sent

pytestmark = pytest.mark.django_db
OURS = ("community.", "forums.", "ideas.", "crm_sync.", "search.")
OWN = {
    HELD_WORD: {
        *("forums.Topic", "forums.Post", "forums.Tag", "moderation.HeldChange", "moderation.ScreenTrace"),
        *("ideas.Idea", "ideas.Comment"),
    },
    HIDDEN_WORD: {"forums.Topic", "forums.Post", "ideas.Idea", "ideas.Comment"},
}
"""Where the word itself is kept; whatever copies it elsewhere lets it out."""
STRANGERS = ("visitor", "suspended", "customer", "product_manager", "support_agent")


@pytest.fixture
def world() -> World:
    """A community with held and hidden things, and all handlers done with it."""
    made = world_build()
    drain_activity()
    outcomes_tell()
    drain_activity()
    return made


def tables_with(word: str) -> set[str]:
    """Return the tables of ours in which `word` stands in any column that can hold it."""
    found = set()
    for model in apps.get_models():
        if not model.__module__.startswith(OURS):
            continue
        for field in model._meta.concrete_fields:
            if not isinstance(field, CharField | TextField | JSONField):
                continue
            values = model._base_manager.values_list(field.attname, flat=True)
            if any(word in str(value) for value in values.iterator()):
                found.add(model._meta.label)
    return found


def reads_for(subject: Subject, viewer: object) -> Iterator[str]:
    """Return all a stranger gets of a kind: cards and documents its audience lets them have; facts go to the CRM."""
    ids = list(apps.get_model(subject.kind)._base_manager.values_list("pk", flat=True))
    cards, documents, tokens = subject.cards(ids), subject.search_documents(ids), tokens_of(viewer)
    for pk, audience in subject.audience(ids).items():
        if may_see(audience, tokens):
            yield f"{subject.kind} {pk} card {cards.get(pk)}"
            yield f"{subject.kind} {pk} document {documents.get(pk)}"
    yield from (f"{subject.kind} {pk} facts {facts}" for pk, facts in subject.facts(ids).items())


@pytest.mark.parametrize("word", sorted(OWN))
def test_no_table_but_its_own_holds_it(word, world):
    assert tables_with(word) <= OWN[word]


@pytest.mark.parametrize("word", sorted(OWN))
def test_no_subject_reads_it_to_strangers(word, world):
    for persona in STRANGERS:
        viewer = world.personas[persona]

        told = [line for subject in subjects.values() for line in reads_for(subject, viewer) if word in line]

        assert told == [], persona


@pytest.mark.parametrize("word", sorted(OWN))
def test_no_mail_export_or_list_of_tags_holds_it(word, world):
    exports = [str(export_member(member.pk)) for name, member in world.personas.items() if member and name != "owner"]

    sent = mails_sent()

    assert not [one for one in exports if word in one]
    assert sent
    assert not [one for one in sent if word in f"{one.subject}{one.body}{one.alternatives}"]
    assert tags_like("canary", site=Site.objects.get(is_default_site=True)) == []


def test_hardly_anybody_but_moderation_hears_that_something_is_held():
    hearing = {name for name, handler in handlers.items() if set(handler.types) & {*HOLDING, "moderation.change_held"}}

    assert hearing == {"moderation.queue", "search.sent"}  # the latter counts that a question was sent: ids, no words


def test_the_canary_would_be_seen_once_approved(world):
    """The positive: approval lets everything out, so the test above looks where things go."""
    moderator = world.personas["moderator"]
    for review in Review.objects.waiting().filter(author=world.personas["owner"]):
        assert review_claim(actor=moderator, review_id=review.pk)
        review_decide(actor=moderator, review_id=review.pk, ruling=Ruling(action="approve"))
    drain_activity()

    read = [
        line
        for subject in subjects.values()
        for line in reads_for(subject, world.personas["visitor"])
        if HELD_WORD in line
    ]

    assert not HeldChange.objects.waiting().exists()
    let_out = {line.split()[0] for line in read}
    assert let_out >= {"forums.topic", "forums.post", "members.member", "ideas.idea", "ideas.comment"}
