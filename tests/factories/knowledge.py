"""Sections, articles and blog posts for tests, written as services write them."""

from typing import Any

import factory
from wagtail.models import Site

from community.knowledge.models import Article, BlogIndex, BlogPost, KnowledgeHome, Section
from community.knowledge.services import page_write, site_prepare


def home_of(language: str = "en", site: Site | None = None) -> KnowledgeHome:
    """Return the help centre of a site (the default one unless told), made when it is missing."""
    site = site or Site.objects.get(is_default_site=True)
    site_prepare(site)
    return KnowledgeHome.objects.get(site=site, locale__language_code=language)


def blog_of(language: str = "en", site: Site | None = None) -> BlogIndex:
    """Return the blog of a site, as `home_of`."""
    return BlogIndex.objects.get(site=home_of(language, site).site, locale__language_code=language)


class _PageFactory(factory.django.DjangoModelFactory):
    """Takes the fields of the page, `parent`, `author` (nobody unless told) and `publish` (yes unless told)."""

    class Meta:
        abstract = True

    author = None
    publish = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, parent: Any, author: Any, publish: bool, **values: Any) -> Any:
        return page_write(parent=parent, page=model_class(**values), author=author, publish=publish)


class SectionFactory(_PageFactory):
    """A published section of the English help centre."""

    class Meta:
        model = Section

    parent = factory.LazyFunction(home_of)
    title = factory.Sequence(lambda number: f"Section {number}")
    slug = factory.Sequence(lambda number: f"section-{number}")
    summary = "What it is about."


class ArticleFactory(_PageFactory):
    """A published article in a section of its own; `text` is HTML of running text."""

    class Meta:
        model = Article

    class Params:
        text = "<p>Turn the valve to the right.</p>"

    parent = factory.SubFactory(SectionFactory)
    title = factory.Sequence(lambda number: f"How to change part {number}")
    slug = factory.Sequence(lambda number: f"change-part-{number}")
    summary = "Ten minutes with one screwdriver."
    body = factory.LazyAttribute(lambda page: [("text", page.text)])


class BlogPostFactory(_PageFactory):
    """A published post of the English blog."""

    class Meta:
        model = BlogPost

    class Params:
        text = "<p>We have moved.</p>"

    parent = factory.LazyFunction(blog_of)
    title = factory.Sequence(lambda number: f"News {number}")
    slug = factory.Sequence(lambda number: f"news-{number}")
    body = factory.LazyAttribute(lambda page: [("text", page.text)])
