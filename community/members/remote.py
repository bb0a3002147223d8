"""What a CRM may change of a member: the name, where the connection says that names are the CRM's."""

from django.db import transaction

from community.activity.contracts import RemoteChange
from community.members.locks import lock_member
from community.members.models import Member
from community.members.services import member_changed, name_clean


def remote_apply(change: RemoteChange) -> None:
    """Take over the name a CRM gives a member. Idempotent: yes. Queries: 1 when nothing changes, else 5.

    The address is never the CRM's: with it a member signs in.

    Raises: LookupError for a member who is erased or never was, NotImplementedError for any other field, Invalid for a
        name without a visible character.
    """
    if set(change.fields) != {"name"}:
        raise NotImplementedError
    name = name_clean(change.fields["name"])
    with transaction.atomic():
        try:
            member = lock_member(change.subject_id)
        except Member.DoesNotExist as gone:
            raise LookupError(change.subject_id) from gone
        if member.state == Member.State.ERASED:
            raise LookupError(change.subject_id)
        if member.name == name:
            return
        member.name = name
        member.save(update_fields=["name"])
        member_changed(member.pk, fields=["name"], actor_id=None, origin=f"crm:{change.connection_id}")
