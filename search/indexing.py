"""The index as a whole: filled anew, compared with the database, repaired."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from community.activity.subjects import SearchDocument
from search.backends import backend
from search.documents import all_documents, chunks, documents_of, fingerprint
from search.marking import documents_mark
from search.models.work import BULK
from search.port import Key

logger = logging.getLogger("search")

_CHECKED = 300


def index_rebuild() -> int:
    """Fill a new index from the database while the old one answers, then swap. Returns how many documents it has.

    Runs outside any transaction. Raises: Unavailable, Busy.
    """
    return backend().rebuild(all_documents())


@dataclass(frozen=True, kw_only=True)
class Drift:
    """How the index differed from the database."""

    documents: int
    missing: int
    outdated: int
    extra: int


def index_check() -> Drift:
    """Compare what the index holds with what the database says, document by document, and mark the differences.

    What changes meanwhile may count as a difference; marking it once more does no harm. Raises: Unavailable.
    """
    held = {(one.kind, one.id): one.fingerprint for one in backend().stored()}
    missing = outdated = documents = 0
    for part in chunks(all_documents(), _CHECKED):
        wrong = list(_wrong(part, held))
        documents += len(part)
        missing += sum(key not in held for key in wrong)
        outdated += sum(key in held for key in wrong)
        _mark(wrong)
        for document in part:
            held.pop((document.kind, document.id), None)
    extra = 0
    for keys in chunks(sorted(held), _CHECKED):
        _documents, gone, _version = documents_of(keys)
        extra += len(gone)
        _mark(gone)
    backend().tidy()
    if backend().status().fresh:
        backend().filled()
    drift = Drift(documents=documents, missing=missing, outdated=outdated, extra=extra)
    if missing or outdated or extra:
        logger.warning("the search index differed: %d missing, %d outdated, %d extra", missing, outdated, extra)
    return drift


def _wrong(documents: list[SearchDocument], held: dict[Key, str]) -> Iterator[Key]:
    for document in documents:
        key = (document.kind, document.id)
        if held.get(key) != fingerprint(document):
            yield key


def _mark(keys: list[Key]) -> None:
    if keys:
        with transaction.atomic():
            documents_mark(keys, priority=BULK)


def index_check_when_fresh() -> None:
    """Fill an index that nothing has filled: a new installation, or one whose layout changed with an update."""
    if backend().status().fresh:
        index_check()
