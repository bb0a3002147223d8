"""Authors of another community become unclaimed members, once each."""

from datetime import UTC, datetime

import pytest

from community.activity.models import Activity
from community.members.imports import AuthorImport, author_import
from community.members.models import Member
from community.members.services import member_create
from community.privacy.services import erase_member

AT = datetime(2024, 1, 4, tzinfo=UTC)


def author(key, name):
    return AuthorImport(source_key=key, name=name, first_seen_at=AT)


@pytest.mark.django_db
def test_importing_twice_makes_one_member_who_cannot_sign_in():
    first = author_import([author("old:1", "Kim Park")])

    again = author_import([author("old:1", "Kim Park")])

    member = Member.objects.get()
    assert first == again == {"old:1": member.pk}
    assert (member.state, member.email, member.has_usable_password()) == ("unclaimed", None, False)
    assert Activity.objects.get().occurred_at == AT


@pytest.mark.django_db
def test_an_imported_author_never_becomes_a_member_of_the_same_name():
    here = member_create(name="Kim Park", handle="kim-park", email="kim@example.com", email_verified=True)

    ids = author_import([author("old:1", "Kim Park"), author("old:2", "Kim Park")])

    assert len({here.pk, *ids.values()}) == 3
    assert len(set(Member.objects.values_list("handle_skeleton", flat=True))) == 3


@pytest.mark.django_db
def test_importing_again_does_not_bring_an_erased_member_back():
    ids = author_import([author("old:1", "Kim Park"), author("old:2", "Ada Lin")])
    before = Member.objects.get(pk=ids["old:1"]).source_key
    erase_member(ids["old:1"])
    erase_member(ids["old:1"])

    again = author_import([author("old:1", "Kim Park"), author("old:2", "Ada Lin")])

    member = Member.objects.get(pk=ids["old:1"])
    assert again == ids
    assert (member.state, member.name) == ("erased", "")
    assert not Member.objects.filter(name="Kim Park").exists()
    assert member.source_key not in (before, None, "")
    assert Activity.objects.filter(type="members.member_joined").count() == 2


@pytest.mark.django_db
def test_what_stays_of_an_erased_source_cannot_be_made_elsewhere(settings):
    ids = author_import([author("old:1", "Kim Park")])
    erase_member(ids["old:1"])

    settings.SECRET_KEY = "of another installation"

    assert author_import([author("old:1", "Kim Park")]) != ids
