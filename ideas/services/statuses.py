"""The statuses a site has."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from community.core.content import touch
from community.core.errors import Invalid
from community.members.models import Member
from ideas.models import Status
from ideas.permissions import statuses_change_check
from ideas.states import StatusKind

NAME_LENGTH = 40


def status_save(
    *,
    member: Member,
    site: Site,
    kind: str,
    names: Mapping[str, str],
    lane: str,
    position: int,
    status_id: int | None = None,
) -> Status:
    """Add a status to a site, or change one of its.

    Args:
        names: by language code; where one is missing readers see the kind's own word.
        status_id: None for a new one.
    Raises: Status.DoesNotExist, Denied, Invalid. Idempotent: yes. Queries: 5 or less.
    """
    statuses_change_check(member)
    named = {language: " ".join(name.split()) for language, name in names.items() if name.strip()}
    if any(len(name) > NAME_LENGTH for name in named.values()):
        raise Invalid(_("At most %(count)d characters.") % {"count": NAME_LENGTH}, field="names")
    with transaction.atomic():
        mine = Status.objects.select_for_update().filter(site=site)
        status = Status(site=site) if status_id is None else mine.get(pk=status_id)
        status.kind, status.names, status.lane, status.position = StatusKind(kind), named, lane, position
        status.save()
        _open_one_check(site)
        transaction.on_commit(touch)
    return status


def status_delete(*, member: Member, site: Site, status_id: int) -> None:
    """Delete a status that no idea has or ever had. Raises: Status.DoesNotExist, Denied, Invalid.

    Queries: 6 or less.
    """
    statuses_change_check(member)
    with transaction.atomic():
        status = Status.objects.select_for_update().get(site=site, pk=status_id)
        try:
            status.delete()
        except ProtectedError as used:
            raise Invalid(_("Ideas have it, or had it once: their history needs it.")) from used
        _open_one_check(site)
        transaction.on_commit(touch)


def _open_one_check(site: Site) -> None:
    """New ideas get the first open status, so a site keeps one."""
    if not Status.objects.filter(site=site, kind=StatusKind.OPEN).exists():
        raise Invalid(_("One status must be open: new ideas get it."), field="kind")
