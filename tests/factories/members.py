"""Members for tests: customers, unclaimed authors and one persona per role."""

from typing import Any

import factory
from django.utils import timezone

from community.members.models import Account, GroupMembership, Member, MemberGroup
from community.members.services import cms_groups_follow

PASSWORD = "correct-horse-battery"


class MemberFactory(factory.django.DjangoModelFactory):
    """An active customer with a confirmed address. `password=PASSWORD` and `email_verified=False` where it matters."""

    class Meta:
        model = Member
        skip_postgeneration_save = True

    handle = factory.Sequence(lambda number: f"member-{number}")
    name = factory.Sequence(lambda number: f"Member {number}")
    email = factory.LazyAttribute(lambda member: f"{member.handle}@example.com")
    joined_at = factory.LazyFunction(timezone.now)
    last_seen_at = factory.LazyFunction(timezone.now)  # seen today: a page costs what it costs the rest of the day

    class Params:
        unclaimed = factory.Trait(email=None, state=Member.State.UNCLAIMED)
        suspended = factory.Trait(state=Member.State.SUSPENDED, suspension_reason="advertising")
        unconfirmed = factory.Trait(joined_at=None)

    @factory.post_generation
    def password(self: Member, create: bool, given: str | None, **_: Any) -> None:
        """Set a usable password when one is given."""
        if given:
            self.set_password(given)
        else:
            self.set_unusable_password()
        if create:
            self.save(update_fields=["password"])

    @factory.post_generation
    def email_verified(self: Member, create: bool, given: bool | None, **_: Any) -> None:
        """Give allauth the address it signs in by: verified for who has joined, unless told otherwise."""
        if create and self.email:
            verified = self.joined_at is not None if given is None else given
            self.emailaddress_set.create(email=self.email, primary=True, verified=verified)

    @factory.post_generation
    def cms_groups(self: Member, create: bool, given: Any, **_: Any) -> None:
        """Put a colleague into the groups of the CMS, as the services do."""
        if create and self.roles:
            cms_groups_follow(self)

    @factory.post_generation
    def groups_joined(self: Member, create: bool, given: Any, **_: Any) -> None:
        """Put the member into the given groups."""
        if create and given:
            GroupMembership.objects.bulk_create(GroupMembership(group=group, member=self) for group in given)
            self.in_groups = True
            self.save(update_fields=["in_groups"])


class ModeratorFactory(MemberFactory):
    """A moderator."""

    name = "Mo Derator"
    roles = factory.LazyFunction(lambda: ["moderator"])


class ProductManagerFactory(MemberFactory):
    """A product manager."""

    name = "Pru Duct"
    roles = factory.LazyFunction(lambda: ["product_manager"])


class SupportAgentFactory(MemberFactory):
    """A support agent."""

    name = "Sue Port"
    roles = factory.LazyFunction(lambda: ["support_agent"])


class AdministratorFactory(MemberFactory):
    """An administrator."""

    name = "Ada Ministrator"
    roles = factory.LazyFunction(lambda: ["administrator"])
    is_superuser = True


class UnclaimedFactory(MemberFactory):
    """The author of imported posts."""

    unclaimed = True


class AccountFactory(factory.django.DjangoModelFactory):
    """A customer organisation."""

    class Meta:
        model = Account

    key = factory.Sequence(lambda number: f"crm:1:{number}")
    name = factory.Sequence(lambda number: f"Account {number}")


class MemberGroupFactory(factory.django.DjangoModelFactory):
    """A group."""

    class Meta:
        model = MemberGroup

    slug = factory.Sequence(lambda number: f"group-{number}")
    name = factory.Sequence(lambda number: f"Group {number}")


def personas() -> dict[str, Member]:
    """Return one member of every kind a permission test asks about, by name."""
    return {
        "customer": MemberFactory(),
        "moderator": ModeratorFactory(),
        "product_manager": ProductManagerFactory(),
        "support_agent": SupportAgentFactory(),
        "administrator": AdministratorFactory(),
        "suspended": MemberFactory(suspended=True),
        "unclaimed": UnclaimedFactory(),
    }
