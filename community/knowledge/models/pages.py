"""Wagtail's pages: written, approved and kept in the CMS, shown by our own views (docs/adr/knowledge-routes.md).

The tree is flat on purpose: a home and a blog for each site and language right below the root, sections below a home,
articles below a section, posts below a blog. What is written in one language is linked to the same thing in the other
by Wagtail's `translation_key`.

Publishing a revision writes every column of a page: so nothing that is counted or decided outside the CMS may be one.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager

from community.knowledge.blocks import BODY_BLOCKS
from community.knowledge.querysets import KnowledgeQuerySet

HOME_DEPTH = 2
"""A home stands right below the root of Wagtail's tree."""
HOME_PATH_LENGTH = HOME_DEPTH * Page.steplen
SUMMARY_LENGTH = 300

KnowledgeManager = PageManager.from_queryset(KnowledgeQuerySet)


class KnowledgePage(Page):
    """What all our pages have in common."""

    home_model: ClassVar[str]
    """The model of the home it stands below."""
    address: ClassVar[str]
    """The name of its URL."""
    objects = KnowledgeManager()
    promote_panels: ClassVar[list[Any]] = [FieldPanel("slug")]
    private_page_options: ClassVar[list[str]] = ["login", "groups"]

    class Meta:
        abstract = True

    @cached_property
    def home_path(self) -> str:
        """The path of its home in the tree."""
        return str(self.path[:HOME_PATH_LENGTH])

    @cached_property
    def home(self) -> "KnowledgeHome | BlogIndex":
        """The home above it. Queries: 1."""
        model = KnowledgeHome if self.home_model == "KnowledgeHome" else BlogIndex
        found: KnowledgeHome | BlogIndex = model.objects.select_related("site").get(path=self.home_path)
        return found

    @property
    def address_args(self) -> list[object]:
        """What its URL takes."""
        return []

    def path_in(self, language: str) -> str:
        """Return the path of its page with the prefix of `language`. Queries: 0."""
        with override(language):
            return reverse(self.address, args=self.address_args)

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        """Tell Wagtail where our views show it. Queries: 2."""
        site = self.home.site
        if site is None or self.pk is None:
            return None
        root = settings.PUBLIC_URL if site.is_default_site else site.root_url
        return site.pk, root, self.path_in(self.locale.language_code)


class SiteHome(KnowledgePage):
    """The upper end of one site's pages of one language; made by `site_prepare`, never by hand."""

    site = models.ForeignKey("wagtailcore.Site", null=True, on_delete=models.SET_NULL, related_name="+")
    introduction = models.CharField(_("introduction"), max_length=SUMMARY_LENGTH, blank=True)
    preview_modes: ClassVar[list[tuple[str, str]]] = []
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("introduction")]

    class Meta:
        abstract = True

    @cached_property
    def home(self) -> Any:
        """Itself."""
        return self

    @classmethod
    def can_exist_under(cls, parent: Page) -> bool:
        """Right below the root only: the path of a home tells which pages are its own."""
        return bool(parent.is_root())


class KnowledgeHome(SiteHome):
    """The help centre of one site in one language."""

    is_creatable = False
    address = "knowledge:home"
    subpage_types: ClassVar[list[str]] = ["knowledge.Section"]

    class Meta:
        verbose_name = _("help centre")


class Section(KnowledgePage):
    """Articles about one thing."""

    home_model = "KnowledgeHome"
    address = "knowledge:section"
    summary = models.CharField(_("summary"), max_length=SUMMARY_LENGTH, blank=True)
    parent_page_types: ClassVar[list[str]] = ["knowledge.KnowledgeHome"]
    subpage_types: ClassVar[list[str]] = ["knowledge.Article"]
    preview_modes: ClassVar[list[tuple[str, str]]] = []
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("summary")]

    class Meta:
        verbose_name = _("section")

    @property
    def address_args(self) -> list[object]:
        """Its slug: unique in a home."""
        return [self.slug]


class WrittenPage(KnowledgePage):
    """A text to read: an article or a post of the blog."""

    summary = models.CharField(
        _("summary"), max_length=SUMMARY_LENGTH, blank=True, help_text=_("One or two sentences: what readers get.")
    )
    body = StreamField(BODY_BLOCKS, verbose_name=_("text"), blank=True)
    source_key = models.CharField(  # noqa: DJ001 empty would not be unique
        max_length=120, null=True, blank=True, unique=True, editable=False
    )
    """What an import calls it."""
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]

    class Meta:
        abstract = True

    def serve_preview(self, request: HttpRequest, mode_name: str) -> TemplateResponse:
        """Show what readers will get: the one thing that Wagtail asks of a page and our views cannot do."""
        return TemplateResponse(request, "knowledge/preview.html", {"page": self, "section": "help"})

    @property
    def address_args(self) -> list[object]:
        """Id and slug: the id finds it under whatever name and wherever it was moved."""
        return [self.pk, self.slug]


class Article(WrittenPage):
    """One answer, written to last."""

    home_model = "KnowledgeHome"
    address = "knowledge:article"
    reviewed_on = models.DateField(
        _("reviewed on"), null=True, blank=True, help_text=_("When somebody last checked that all of it is still true.")
    )
    review_by = models.DateField(_("next review"), null=True, blank=True)
    applies_to = models.CharField(
        _("applies to"), max_length=80, blank=True, help_text=_("Which version of the product it is about.")
    )
    source_topic_id = models.BigIntegerField(null=True, blank=True, editable=False, db_index=True)
    """The solved topic it was made of."""
    parent_page_types: ClassVar[list[str]] = ["knowledge.Section"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *WrittenPage.content_panels,
        MultiFieldPanel([FieldPanel(name) for name in ("applies_to", "reviewed_on", "review_by")], _("Review")),
    ]

    class Meta:
        verbose_name = _("article")


class BlogIndex(SiteHome):
    """The blog of one site in one language."""

    is_creatable = False
    address = "knowledge:blog"
    subpage_types: ClassVar[list[str]] = ["knowledge.BlogPost"]

    class Meta:
        verbose_name = _("blog")


class BlogPost(WrittenPage):
    """News, told once."""

    home_model = "BlogIndex"
    address = "knowledge:blog_post"
    parent_page_types: ClassVar[list[str]] = ["knowledge.BlogIndex"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("blog post")
