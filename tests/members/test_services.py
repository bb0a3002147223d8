"""Creating and changing members."""

import pytest

from community.activity.models import Activity
from community.activity.subjects import subject_of
from community.core.audience import PUBLIC
from community.core.errors import Conflict, Denied, Invalid
from community.members.audience import tokens_of
from community.members.contributions import register_contributions
from community.members.models import Member
from community.members.services import (
    account_link,
    account_unlink,
    group_join,
    group_leave,
    member_create,
    member_join,
    profile_update,
    roles_set,
)
from community.members.suspending import member_restore, member_suspend
from tests.factories.members import (
    AdministratorFactory,
    MemberFactory,
    MemberGroupFactory,
    ModeratorFactory,
    UnclaimedFactory,
)

pytestmark = pytest.mark.django_db


def recorded(type_name, member):
    return Activity.objects.filter(type=f"members.{type_name}", subject_id=member.pk)


def test_a_member_whose_address_is_confirmed_joins_at_once():
    member = member_create(name="Marta Kiel", email="Marta@Example.com", email_verified=True)

    assert member.handle == "marta-kiel"
    assert member.email == "marta@example.com"
    assert member.joined_at is not None
    assert recorded("member_joined", member).count() == 1


def test_a_member_with_an_address_to_confirm_is_nobody_until_then():
    member = member_create(name="Marta Kiel", email="marta@example.com")

    assert not recorded("member_joined", member).exists()
    assert not Member.objects.visible_to(None).filter(pk=member.pk).exists()
    assert subject_of("members.member").facts([member.pk]) == {}

    member_join(member)
    member_join(member)

    assert recorded("member_joined", member).count() == 1
    assert Member.objects.visible_to(None).filter(pk=member.pk).exists()


def test_an_unclaimed_author_has_no_address_and_no_password():
    member = member_create(name="somebody", state=Member.State.UNCLAIMED, origin="import")

    assert member.email is None
    assert not member.has_usable_password()
    assert not member.is_active
    assert recorded("member_joined", member).get().origin == "import"


def test_names_that_give_no_handle_get_one_all_the_same():
    first = member_create(name="王小明", state="unclaimed")
    second = member_create(name="王小明", state="unclaimed")

    assert first.handle == "person"
    assert second.handle == "person-2"


@pytest.mark.parametrize("taken", ["marta-kiel", "rnarta-kiel"])
def test_a_handle_that_looks_like_another_is_refused(taken):
    MemberFactory(handle="marta-kiel")

    with pytest.raises(Invalid) as refused:
        member_create(name="X", handle=taken)

    assert refused.value.field == "handle"


@pytest.mark.parametrize(
    "handle", ["admin", "adm1n".replace("1", "i"), "supp0rt", "ab", "a--b", "-ab", "Ab", "m a", "м-cyrillic"]
)
def test_reserved_and_malformed_handles_are_refused(handle):
    with pytest.raises(Invalid):
        member_create(name="X", handle=handle)


def test_one_address_belongs_to_one_member():
    MemberFactory(email="one@example.com")

    with pytest.raises(Conflict):
        member_create(name="Other", email="ONE@example.com")


def test_names_lose_direction_marks_and_control_characters():
    member = member_create(name="Ma\u202erta\x00  \u200bKiel\n")

    assert member.name == "Marta Kiel"


def test_a_profile_change_records_names_of_fields_and_no_values():
    member = MemberFactory(name="Old")

    changed = profile_update(member, member=member, changes={"name": "New", "theme": "dark", "language": "en"})

    assert changed == ("name", "theme")
    assert recorded("member_updated", member).get().payload == {"fields": ["name", "theme"]}


def test_a_change_of_nothing_records_nothing():
    member = MemberFactory(name="Same")

    assert profile_update(member, member=member, changes={"name": "Same"}) == ()
    assert not recorded("member_updated", member).exists()


@pytest.mark.parametrize(
    ("field", "value"), [("language", "xx"), ("time_zone", "Mars/Base"), ("theme", "pink"), ("name", " ")]
)
def test_a_bad_value_is_refused_beside_its_field(field, value):
    member = MemberFactory()

    with pytest.raises(Invalid) as refused:
        profile_update(member, member=member, changes={field: value})

    assert refused.value.field == field


def test_nobody_changes_the_profile_of_another_but_an_administrator():
    member, other, administrator = MemberFactory(), MemberFactory(), AdministratorFactory()

    with pytest.raises(Denied):
        profile_update(other, member=member, changes={"name": "X"})
    profile_update(administrator, member=member, changes={"name": "Y"})

    assert Member.objects.get(pk=member.pk).name == "Y"


def test_a_suspended_member_is_no_member_until_restored():
    moderator, member = ModeratorFactory(), MemberFactory()

    member_suspend(moderator, member=member, reason="advertising")

    assert not member.is_active
    assert tokens_of(member) == {PUBLIC}
    member_restore(moderator, member=member)
    assert "members" in tokens_of(Member.objects.get(pk=member.pk))


def test_customers_suspend_nobody_and_moderators_no_colleague():
    moderator, colleague = ModeratorFactory(), AdministratorFactory()

    with pytest.raises(Denied):
        member_suspend(MemberFactory(), member=MemberFactory(), reason="x")
    with pytest.raises(Denied):
        member_suspend(moderator, member=colleague, reason="x")


def test_tokens_follow_roles_groups_and_account():
    group = MemberGroupFactory()
    member = MemberFactory()
    group_join(group=group, member=member)
    account = account_link(member_id=member.pk, key="crm:1:42", name="Velowerk Mainz", origin="crm:1")
    roles_set(None, member=member, roles=["moderator"])

    fresh = Member.objects.get(pk=member.pk)

    assert tokens_of(fresh) == {
        "public", "members", "staff", "role:moderator",
        f"member:{member.pk}", f"group:{group.pk}", f"account:{account.pk}",
    }  # fmt: skip
    group_leave(group=group, member=fresh)
    account_unlink(member_id=member.pk, origin="crm:1")
    assert tokens_of(Member.objects.get(pk=member.pk)) == {
        "public",
        "members",
        "staff",
        "role:moderator",
        f"member:{member.pk}",
    }


def test_an_account_that_is_linked_again_says_nothing_new():
    member = MemberFactory()
    account_link(member_id=member.pk, key="crm:1:42", name="Velowerk", origin="crm:1")
    account_link(member_id=member.pk, key="crm:1:42", name="Velowerk Mainz", origin="crm:1")

    assert recorded("member_updated", member).count() == 1
    assert Member.objects.get(pk=member.pk).account.name == "Velowerk Mainz"


def test_tokens_cost_no_query_for_members_without_groups(django_assert_num_queries):
    member = Member.objects.get(pk=MemberFactory().pk)

    with django_assert_num_queries(0):
        tokens_of(member)


def test_facts_hold_verified_addresses_and_figures_of_upper_apps(django_assert_num_queries, monkeypatch):
    members = [MemberFactory(), MemberFactory(email_verified=False), UnclaimedFactory()]
    monkeypatch.setattr("community.members.contributions._providers", {})
    register_contributions("test", lambda ids: {ids[0]: {"points": 12, "secret": 3}})

    with django_assert_num_queries(2):
        facts = subject_of("members.member").facts([member.pk for member in members])

    assert [facts[member.pk].email_verified for member in members] == [True, False, False]
    assert facts[members[0].pk].points == 12
    assert facts[members[2].pk].email is None


def test_only_administrators_give_roles():
    member = MemberFactory()

    for viewer in (MemberFactory(), ModeratorFactory(), member):
        with pytest.raises(Denied):
            roles_set(viewer, member=member, roles=["administrator"])
    roles_set(AdministratorFactory(), member=member, roles=["support_agent"])

    fresh = Member.objects.get(pk=member.pk)
    assert fresh.roles == ["support_agent"]
    assert not fresh.is_superuser


def test_a_role_nobody_knows_is_refused():
    with pytest.raises(Invalid):
        roles_set(None, member=MemberFactory(), roles=["emperor"])
