"""What every Subject promises (`community/activity/subjects.py`), asked of each that any app registers."""

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils.translation import override

from community.activity.models import Activity
from community.activity.subjects import Card, SearchDocument, Subject, subjects
from community.core.audience import is_token, may_see
from community.members.audience import tokens_of
from tests.contracts.stories import GONE, World, knowledge, question, world
from tests.factories.forums import PostFactory, TopicFactory

pytestmark = pytest.mark.django_db
KINDS = sorted(subjects)


@pytest.fixture(params=KINDS)
def subject(request: pytest.FixtureRequest) -> Subject:
    """Each registered subject in turn."""
    return subjects[request.param]


@pytest.fixture
def told() -> World:
    """A community in which something happened, in categories of every audience."""
    made = world()
    question(made)
    knowledge()
    for category in made.categories[1:]:
        PostFactory(topic=TopicFactory(category=category, author=made.moderator), author=made.moderator)
    return made


def _ids(subject: Subject) -> list[int]:
    """Ids of all things of the kind."""
    return list(apps.get_model(subject.kind)._base_manager.values_list("pk", flat=True))


def test_the_kind_names_the_model(subject: Subject) -> None:
    assert subjects[subject.kind] is subject
    assert apps.get_model(subject.kind)


def test_every_kind_the_log_speaks_of_has_a_subject(told: World) -> None:
    assert set(Activity.objects.values_list("subject_kind", flat=True)) <= set(KINDS)


def test_what_is_missing_is_left_out(subject: Subject) -> None:
    for read in (subject.cards, subject.audience, subject.search_documents, subject.facts):
        assert read([GONE]) == {}
        assert read([]) == {}


def test_cards_lead_to_a_page_in_whatever_language(subject: Subject, told: World) -> None:
    with override("es"):
        cards = subject.cards(_ids(subject))

    assert cards
    for card in cards.values():
        assert isinstance(card, Card)
        assert card.title
        assert resolve(card.url.partition("#")[0])
        assert not card.url.startswith("/es/")


def test_reads_cost_the_same_for_one_and_for_all(subject: Subject, told: World) -> None:
    ids = _ids(subject)
    assert len(ids) > 1
    for read in (subject.cards, subject.audience, subject.search_documents, subject.facts):
        with CaptureQueriesContext(connection) as one:
            read(ids[:1])
        with CaptureQueriesContext(connection) as every:
            read(ids)
        assert len(every) <= max(len(one), 1) + 2, read


def test_audiences_are_made_of_tokens(subject: Subject, told: World) -> None:
    audiences = subject.audience(_ids(subject))

    assert audiences
    assert all(is_token(token) for audience in audiences.values() for token in audience)


def test_tokens_and_queryset_let_the_same_people_see(subject: Subject, told: World) -> None:
    ids = _ids(subject)
    audiences = subject.audience(ids)
    rows = apps.get_model(subject.kind).objects

    for name, persona in told.personas.items():
        by_tokens = {pk for pk, audience in audiences.items() if may_see(audience, tokens_of(persona))}
        by_queryset = set(rows.visible_to(persona).filter(pk__in=ids).values_list("pk", flat=True))
        assert by_tokens == by_queryset, f"{subject.kind} for {name}"


def test_search_documents_say_who_may_find_them(subject: Subject, told: World) -> None:
    documents = subject.search_documents(_ids(subject))
    audiences = subject.audience(list(documents))

    for pk, document in documents.items():
        assert isinstance(document, SearchDocument)
        assert (document.kind, document.id) == (subject.kind, pk)
        assert document.audience == audiences[pk]
