"""Changing what search keeps: groups of words that mean the same."""

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from community.core.errors import Invalid
from community.members.models import Member
from search.models import SynonymGroup
from search.parsing import words_of
from search.permissions import synonyms_change_check
from search.selectors import synonyms_cache_key

MAX_GROUPS = 500
MAX_WORDS = 20
MAX_WORD_LENGTH = 60


def synonym_group_set(*, member: Member, site: Site, words: list[str], group_id: int | None = None) -> SynonymGroup:
    """Make a group of words that mean the same on a site, or give one other words; live at once.

    Raises: Denied, Invalid, SynonymGroup.DoesNotExist. Queries: 3.
    """
    synonyms_change_check(member)
    kept = list(dict.fromkeys(" ".join(word.split()).lower() for word in words if words_of(word)))
    if len(kept) < 2:
        raise Invalid(_("Give at least two words that mean the same."), field="words")
    if len(kept) > MAX_WORDS or any(len(word) > MAX_WORD_LENGTH for word in kept):
        raise Invalid(_("A group has at most 20 words of 60 letters."), field="words")
    with transaction.atomic():
        groups = SynonymGroup.objects.filter(site=site)
        if group_id is None and groups.count() >= MAX_GROUPS:
            raise Invalid(_("There are too many groups; join some."), field="words")
        group = SynonymGroup(site=site) if group_id is None else groups.select_for_update().get(pk=group_id)
        group.words, group.changed_by, group.changed_at = kept, member, timezone.now()
        group.save()
        transaction.on_commit(lambda: cache.delete(synonyms_cache_key(site.pk)))
    return group


def synonym_group_delete(*, member: Member, site: Site, group_id: int) -> None:
    """Remove a group. Raises: Denied. Idempotent: yes. Queries: 1."""
    synonyms_change_check(member)
    with transaction.atomic():
        SynonymGroup.objects.filter(site=site, pk=group_id).delete()
        transaction.on_commit(lambda: cache.delete(synonyms_cache_key(site.pk)))
