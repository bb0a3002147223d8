"""What the pages for writing need: where one may ask, drafts, a post to edit or quote, its history."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Site

from community.activity.screening import changes_held
from community.activity.subjects import subjects
from community.core.audience import NOBODY, may_see
from community.core.db.prepared import Columns, Prepared
from community.core.markup import excerpt
from community.core.permissions import allowed
from community.members.audience import tokens_of
from community.members.models import Member
from community.members.writing import text_preview
from forums.audience import sees
from forums.models import Category, Draft, Post, PostEdit, Tag, Topic
from forums.permissions import post_delete_check, post_edit_check, post_history_check
from forums.selectors.lists import CategoryCard, category_card
from forums.selectors.rows import topic_url

_ID = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, kw_only=True)
class DraftView:
    """A text not sent yet."""

    context: str
    sequence: int
    base: int
    """The edit number an edit began from."""
    title: str
    body: str
    tags: tuple[str, ...]
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class DraftRow:
    """A draft in the list of drafts."""

    context: str
    kind: str
    """`ask`, `reply` or `edit`."""
    title: str
    """The draft's own, or that of the topic it belongs to."""
    excerpt: str
    url: str
    """Where writing goes on."""
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class AskPage:
    """Where the viewer may ask or start a topic."""

    categories: list[CategoryCard]
    """Those the viewer may write in; for visitors those that members may."""
    category: CategoryCard | None
    """The one the address names."""
    intro_html: str
    """What its people say about asking, cooked."""
    template: str
    """Markdown the text starts with."""


@dataclass(frozen=True, kw_only=True)
class PostSource:
    """A post to be changed, deleted or quoted."""

    id: int
    topic_id: int
    topic_title: str
    number: int
    raw: str
    edit_number: int
    language: str
    tags: tuple[str, ...]
    """Names; only for number 1."""
    author: str
    url: str
    category: str
    category_url: str


@dataclass(frozen=True, kw_only=True)
class TextChange:
    """One change of a post: both texts whole."""

    editor: str
    """Empty for a former member."""
    at: datetime
    before: str
    after: str
    title_before: str
    title_after: str
    """Titles are empty but for the first post."""


@dataclass(frozen=True, kw_only=True)
class PostHistory:
    """How a post came to read as it does."""

    post: PostSource
    changes: list[TextChange]
    """Newest first."""


def ask_page(*, site: Site, viewer: Any, slug: str = "") -> AskPage:
    """Return where the viewer may ask. Queries: 1; 1 more for an intro with mentions."""
    may_write = getattr(viewer, "is_authenticated", False)
    open_ones = [
        category
        for category in Category.objects.filter(site=site).visible_to(viewer)
        if not may_write or allowed("forums.topic_create", viewer, category)
    ]
    chosen = next((category for category in open_ones if category.slug == slug), None)
    return AskPage(
        categories=[category_card(category) for category in open_ones],
        category=category_card(chosen) if chosen else None,
        intro_html=text_preview(chosen.intro).html if chosen and chosen.intro else "",
        template=chosen.template if chosen else "",
    )


def category_for_asking(slug: str, *, site: Site, viewer: Any) -> Category:
    """Return the category to ask in, for `topic_ask` and `topic_start`. Raises: Http404. Queries: 1."""
    category = Category.objects.filter(site=site, slug=slug).visible_to(viewer).first()
    if category is None:
        raise Http404
    return category


def pointer_to(about: str, *, site: Site, viewer: Any) -> str:
    """Return a line of Markdown that leads to the thing an address names (`knowledge.article:7`), so that who answers
    knows what was read. Empty for what there is not on this site, or is not the viewer's to see.

    Queries: 0; those of a card and an audience for a thing.
    """
    kind, _colon, number = about.partition(":")
    subject = subjects.get(kind)
    if subject is None or not _ID.fullmatch(number):
        return ""
    pk = int(number)
    if not may_see(subject.audience([pk]).get(pk, NOBODY), tokens_of(viewer)):
        return ""
    card = subject.cards([pk]).get(pk)
    if card is None or card.site_id != site.pk:
        return ""
    return _("About: [%(title)s](%(url)s)") % {"title": _plain(card.title), "url": card.url} + "\n\n"


_DRAFT = Columns(Draft, *(field.attname for field in Draft._meta.concrete_fields))


def _draft(member: int, context: str) -> QuerySet[Draft, Any]:
    return Draft.objects.filter(member=member, context=context).values_list(*_DRAFT.names)


_read_draft = Prepared(_draft, "member", word="context")


def draft_of(member: Any, context: str) -> DraftView | None:
    """Return the draft of a form. Queries: 1, for visitors 0."""
    if not getattr(member, "is_authenticated", False):
        return None
    rows = _read_draft(member=member.pk, context=context)
    return draft_view(_DRAFT.loaded(rows[0])) if rows else None


def draft_view(draft: Draft) -> DraftView:
    """Return a stored draft as pages show it. Queries: 0."""
    return DraftView(
        context=draft.context,
        sequence=draft.sequence,
        base=draft.base,
        title=draft.title,
        body=draft.body,
        tags=tuple(draft.tags),
        updated_at=draft.updated_at,
    )


def drafts_of(member: Member) -> list[DraftRow]:
    """Return what a member began, last touched first; drafts of things no longer theirs to see are left out.

    Queries: 3.
    """
    drafts = list(Draft.objects.filter(member=member).order_by("-updated_at", "-id")[:100])
    numbers: dict[str, list[int]] = {"reply": [], "edit": []}
    for draft in drafts:
        kind, _colon, number = draft.context.partition(":")
        if kind in numbers:
            numbers[kind].append(int(number))
    topics = {t.pk: t for t in Topic.objects.visible_to(member).filter(pk__in=numbers["reply"]).only("title", "slug")}
    posts = Post.objects.visible_to(member).filter(pk__in=numbers["edit"]).select_related("topic")
    edited = {post.pk: post.topic for post in posts.defer("raw", "cooked")}
    rows = (_draft_row(draft, topics, edited) for draft in drafts)
    return [row for row in rows if row]


def _draft_row(draft: Draft, topics: dict[int, Topic], edited: dict[int, Topic]) -> DraftRow | None:
    kind, _colon, rest = draft.context.partition(":")
    if kind == "ask":
        title, url = draft.title or _("Without a title"), reverse("forums:ask") + (f"?category={rest}" if rest else "")
    else:
        topic = (topics if kind == "reply" else edited).get(int(rest))
        if topic is None:
            return None
        title = topic.title
        url = f"{topic_url(topic)}#reply" if kind == "reply" else reverse("forums:post_edit", args=[int(rest)])
    return DraftRow(
        context=draft.context,
        kind=kind,
        title=title,
        excerpt=" ".join(draft.body[:400].split())[:200],
        url=url,
        updated_at=draft.updated_at,
    )


def post_to_edit(post_id: int, *, viewer: Any) -> PostSource:
    """Return a post the viewer may change. Raises: Http404, Denied. Queries: 1."""
    post = _post(post_id, viewer)
    post_edit_check(viewer, post)
    return _source(post)


def change_waiting(source: PostSource, *, viewer: Any) -> Mapping[str, Any]:
    """Return the viewer's own change of a post that waits for review; empty for none. Queries: 1."""
    return changes_held("forums.post", [source.id], author_id=viewer.pk).get(source.id, {})


def post_to_delete(post_id: int, *, viewer: Any) -> PostSource:
    """Return a post the viewer may delete. Raises: Http404, Denied. Queries: 1."""
    post = _post(post_id, viewer)
    post_delete_check(viewer, post)
    return _source(post)


def post_to_quote(post_id: int, *, viewer: Any) -> str:
    """Return a post as a Markdown quotation with its author and place. Raises: Http404. Queries: 1."""
    post = _post(post_id, viewer)
    lines = post.raw.strip().split("\n")
    if len(lines) > 12:
        lines = [excerpt(post.cooked, length=600)]
    quoted = "\n".join(f"> {line}".rstrip() for line in lines)
    place = _("%(name)s, post %(number)d") % {"name": post.author.display_name, "number": post.number}
    return f"{quoted}\n>\n> *[{_plain(place)}]({topic_url(post.topic, post.number)})*\n\n"


def _plain(text: str) -> str:
    """Return text that Markdown prints as it stands."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>&" else c for c in text)


def post_history(post_id: int, *, viewer: Any) -> PostHistory:
    """Return every change of a post the viewer may read. Raises: Http404, Denied. Queries: 2."""
    post = _post(post_id, viewer)
    post_history_check(viewer, post)
    edits = list(PostEdit.objects.filter(post=post).select_related("editor").order_by("edit_number"))
    texts = [(edit.raw, edit.title) for edit in edits]
    texts.append((post.raw, post.topic.title if post.number == 1 else ""))
    changes = [
        TextChange(
            editor=edit.editor.display_name if edit.editor else "",
            at=edit.created_at,
            before=before[0],
            after=after[0],
            title_before=before[1],
            title_after=after[1],
        )
        for edit, (before, after) in zip(edits, pairwise(texts), strict=True)
    ]
    return PostHistory(post=_source(post), changes=changes[::-1])


def tags_like(start: str, *, site: Site, limit: int = 8) -> list[str]:
    """Return names of tags that begin with `start` and that a visible topic has. Queries: 1."""
    if not start.strip():
        return []
    used = Topic.objects.filter(tags=OuterRef("pk"), visibility="visible")
    tags = Tag.objects.filter(Exists(used), site=site, name__istartswith=start.strip()[:50])
    return list(tags.order_by("name").values_list("name", flat=True)[:limit])


def _post(post_id: int, viewer: Any) -> Post:
    post = Post.objects.filter(pk=post_id).select_related("topic__category", "author").first()
    if post is None or not sees(viewer, post):
        raise Http404
    return post


def _source(post: Post) -> PostSource:
    topic = post.topic
    return PostSource(
        id=post.pk,
        topic_id=topic.pk,
        topic_title=topic.title,
        number=post.number,
        raw=post.raw,
        edit_number=post.edit_number,
        language=post.language,
        tags=tuple(name for _slug, name in topic.tag_names) if post.number == 1 else (),
        author=post.author.display_name,
        url=topic_url(topic, post.number),
        category=topic.category.name,
        category_url=reverse("forums:category", args=[topic.category.slug]),
    )
