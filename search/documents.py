"""Documents: rendered from current facts by the Subject of each kind, with a version and a fingerprint."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import islice
from time import time_ns
from typing import TypeVar

from django.db import connection

from community.activity.subjects import SearchDocument, subjects
from search.port import Key

T = TypeVar("T")

CHUNK = 300


def clock() -> int:
    """Return the time of the database in microseconds: what is read after it is not older. Queries: 0, or 1."""
    if connection.vendor == "sqlite":
        return time_ns() // 1000
    with connection.cursor() as cursor:
        cursor.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
        return int(cursor.fetchone()[0])


def documents_of(keys: Iterable[Key]) -> tuple[list[SearchDocument], list[Key], int]:
    """Return the documents of things, the keys of those that have none (any more), and the version of both.

    Queries: a few for each kind.
    """
    version = clock()
    by_kind: dict[str, set[int]] = {}
    for kind, pk in keys:
        by_kind.setdefault(kind, set()).add(pk)
    documents: list[SearchDocument] = []
    gone: list[Key] = []
    for kind, ids in sorted(by_kind.items()):
        subject = subjects.get(kind)
        found = subject.search_documents(ids) if subject else {}
        documents += (replace(document, version=version) for document in found.values())
        gone += ((kind, pk) for pk in sorted(ids - found.keys()))
    return documents, gone, version


def all_documents() -> Iterator[SearchDocument]:
    """Return every document there is, kind by kind, from current facts in small parts."""
    for kind, subject in sorted(subjects.items()):
        after = 0
        while ids := subject.search_ids(after=after, limit=CHUNK):
            after = ids[-1]
            documents, _gone, _version = documents_of((kind, pk) for pk in ids)
            yield from documents


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Return `items` in lists of at most `size`."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def facets_of(document: SearchDocument) -> dict[str, tuple[str, ...]]:
    """Return the values a document counts for, by facet."""
    solved = {True: ("yes",), False: ("no",), None: ()}[document.solved]
    return {
        "type": (document.type,) if document.type else (),
        "category": (document.category,) if document.category else (),
        "tag": tuple(tag.lower() for tag in document.tags),
        "solved": solved,
        "language": (document.language,),
        "author": (str(document.author_id),) if document.author_id else (),
    }


def fingerprint(document: SearchDocument) -> str:
    """Return a digest of all a document says, whatever its version."""
    told = replace(document, version=0, signals=dict(sorted(document.signals.items())))
    parts = [repr(getattr(told, name)) for name in told.__dataclass_fields__ if name != "audience"]
    return sha256("\0".join([*parts, *sorted(document.audience)]).encode("utf-8", "replace")).hexdigest()[:16]
