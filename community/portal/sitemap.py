"""Which addresses search engines elsewhere may know: pages of their own that every visitor may read, in parts."""

from django.apps import apps
from django.db.models import Max
from wagtail.models import Site

from community.activity.subjects import subject_of
from community.core.audience import PUBLIC

KINDS = ("forums.topic", "ideas.idea", "knowledge.article", "knowledge.blogpost")
"""Kinds whose things have a page each."""
PART = 1_000
"""Ids a part spans."""


def sitemap_parts() -> list[tuple[str, int]]:
    """Return kind and number of every part there can be. Queries: 1 per kind."""
    return [
        (kind, number)
        for kind in KINDS
        for number in range((apps.get_model(kind)._default_manager.aggregate(last=Max("pk"))["last"] or 0) // PART + 1)
    ]


def sitemap_paths(kind: str, number: int, *, site: Site) -> list[str]:
    """Return the paths, without language, of what a part holds on this site. Queries: about 5."""
    subject, end = subject_of(kind), (number + 1) * PART
    listed = [pk for pk in subject.search_ids(after=number * PART - 1, limit=PART) if pk < end]
    public = [pk for pk, audience in subject.audience(listed).items() if PUBLIC in audience]
    return [card.url for card in subject.cards(public).values() if card.site_id == site.pk]
