"""The sender: renders dirty documents from current facts and writes them to the engine, versioned."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from community.activity.subjects import subjects
from community.work.outcomes import Dead, Done, Later, Outcome
from community.work.senders import Sender
from search.backends import backend
from search.documents import chunks, documents_of
from search.marking import documents_mark
from search.models import SearchDirty
from search.port import Busy, Key, Refused, Unavailable

_RETRY_S = 5
_DEPENDENTS = 1000


class SearchSender(Sender[SearchDirty]):
    """Writes what is dirty; deletes what has no document (any more)."""

    name = "search.documents"
    model = SearchDirty
    batch = 400
    lease_s = 120

    def rows(self) -> QuerySet[SearchDirty]:
        """What people just did first, imports last."""
        return SearchDirty.objects.order_by("priority", "id")

    def send(self, items: Sequence[SearchDirty]) -> Iterable[Sequence[tuple[SearchDirty, Outcome]]]:
        """Have dependents marked, then write everything in one call to the engine."""
        for item in items:
            if item.deep:
                dependents_mark(item)
        held = self.hold(items)
        documents, gone, version = documents_of((item.kind, item.object_id) for item in held)
        refused: Mapping[Key, str] = {}
        try:
            backend().delete(gone, version=version)
            backend().index(documents)
        except Refused as refusal:
            refused = refusal.reasons
        except Busy:
            yield [(item, Later(timezone.now() + timedelta(seconds=1), "busy")) for item in held]
            return
        except Unavailable:
            yield [(item, Later(timezone.now() + timedelta(seconds=_RETRY_S), "unavailable")) for item in held]
            return
        reasons = [(item, refused.get((item.kind, item.object_id))) for item in held]
        yield [(item, Dead(reason) if reason else Done()) for item, reason in reasons]

    def refused(self, items: Sequence[SearchDirty]) -> None:
        """Somebody else wrote these meanwhile: versions decided which document stayed, but facts may be newer."""
        documents_mark([(item.kind, item.object_id) for item in items])


def dependents_mark(item: SearchDirty) -> None:
    """Mark what hangs on a thing, in parts, so that pages get their turn at the database."""
    subject = subjects.get(item.kind)
    dependents = subject.search_dependents([item.object_id]) if subject else {}
    keys: list[Key] = [(kind, pk) for kind, ids in sorted(dependents.items()) for pk in sorted(ids)]
    for part in chunks(keys, _DEPENDENTS):
        with transaction.atomic():
            documents_mark(part, priority=item.priority)
