"""Tags: words that topics of one site share."""

from collections.abc import Iterable

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from community.core.errors import Invalid
from forums.models import Tag, Topic, TopicTag

MAX_TAGS = 5
TAG_LENGTH = 50


def tags_clean(names: Iterable[str], *, most: int = MAX_TAGS) -> dict[str, str]:
    """Return `{slug: name}` in the given order, doubles removed. Raises: Invalid for too many or bad ones."""
    found: dict[str, str] = {}
    for name in names:
        shown = " ".join(name.split())
        slug = slugify(shown, allow_unicode=True)
        if not shown:
            continue
        if not slug or len(shown) > TAG_LENGTH or len(slug) > TAG_LENGTH:
            raise Invalid(
                _("A tag has letters or digits, at most %(count)d characters.") % {"count": TAG_LENGTH}, field="tags"
            )
        found.setdefault(slug, shown)
    if len(found) > most:
        raise Invalid(_("At most %(count)d tags.") % {"count": most}, field="tags")
    return found


def tags_get(site_id: int, wanted: dict[str, str]) -> list[Tag]:
    """Return the tags of these slugs in order, making those that are new. Queries: 0 without tags, else 1 or 3."""
    if not wanted:
        return []
    known = {tag.slug: tag for tag in Tag.objects.filter(site_id=site_id, slug__in=wanted)}
    missing = [Tag(site_id=site_id, slug=slug, name=name) for slug, name in wanted.items() if slug not in known]
    if missing:
        Tag.objects.bulk_create(missing, ignore_conflicts=True)
        known = {tag.slug: tag for tag in Tag.objects.filter(site_id=site_id, slug__in=wanted)}
    return [known[slug] for slug in wanted]


def tag_names(tags: Iterable[Tag]) -> list[list[str]]:
    """Return tags as `Topic.tag_names` keeps them."""
    return [[tag.slug, tag.name] for tag in tags]


def topic_tags_set(topic: Topic, tags: list[Tag]) -> None:
    """Make these the tags of a stored topic; the caller saves `tag_names`. Queries: 2 or less."""
    TopicTag.objects.filter(topic=topic).exclude(tag__in=tags).delete()
    if tags:
        TopicTag.objects.bulk_create((TopicTag(topic=topic, tag=tag) for tag in tags), ignore_conflicts=True)
