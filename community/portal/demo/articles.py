"""Help centre and blog of the demo's communities, from Markdown files that are translations of each other by name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify
from wagtail.models import PageViewRestriction, Site

from community.knowledge.conversion import blocks_of
from community.knowledge.models import Article, BlogIndex, BlogPost, HelpfulVote, KnowledgeHome, Section
from community.knowledge.services import (
    Reader,
    helpful_explain,
    helpful_say,
    page_save,
    page_write,
    pages_tell,
    site_prepare,
)
from community.members.models import Member

SOURCE = Path(__file__).with_name("articles")
SECTIONS = {
    "brisa": {
        "getting-started": {
            "en": ("Getting started", "The first days with a new unit"),
            "es": ("Primeros pasos", "Los primeros días con un equipo nuevo"),
        },
        "care": {
            "en": ("Care and quiet", "Filters, ice, noise: what you can do yourself"),
            "es": ("Cuidado y silencio", "Filtros, hielo, ruido: lo que puedes hacer tú"),
        },
        "installers": {
            "en": ("For installers", "Curves, cascades and interfaces"),
            "es": ("Para instaladores", "Curvas, cascadas e interfaces"),
        },
    },
    "faro": {
        "on-the-bicycle": {
            "en": ("On the bicycle", "Mounting, aiming, batteries and rain"),
            "es": ("En la bicicleta", "Montaje, orientación, baterías y lluvia"),
        },
        "in-the-tent": {
            "en": ("In the tent", "Lanterns, head torches, long nights"),
            "es": ("En la tienda", "Faroles, frontales, noches largas"),
        },
    },
}
"""Brand -> section -> its title and summary in each language; titles differ between brands."""
VISITORS = 19
VOTES = {
    "change-filters": ("en", 11, "Which way do the arrows point in a V350 that hangs on its side?"),
    "defrosting": ("en", 7, "Does this hold for a B6 with glycol, too?"),
    "heating-curve": ("en", 13, "What to start with when floor and radiators are mixed."),
    "first-week": ("es", 9, "Qué cifra es normal con suelo radiante y radiadores."),
    "aim-the-beam": ("en", 8, "What if the lamp hangs below the handlebar, upside down?"),
}
"""Article -> its language, how many readers there are to one it did not help, and what the first of these missed."""
_LINK = re.compile(r"\(article:([\w-]+)\)")
_LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True, kw_only=True)
class Source:
    """One text in one language."""

    name: str
    language: str
    fields: dict[str, str]
    """The lines above the text: title, description, section, order, audience, blog, age in hours."""
    text: str


def articles_seed(site: Site, author: Member, now: datetime, *, brand: str) -> int:
    """Write and publish those of a brand; return how many pages there are. Idempotent: yes, by what each is called."""
    site_prepare(site)
    sources = sorted(
        articles_sources(brand), key=lambda one: (int(one.fields.get("order", 0)), -int(one.fields.get("age", 0)))
    )
    with transaction.atomic():
        sections = {
            (name, code): _section(site, titles, code, author)
            for name, titles in SECTIONS[brand].items()
            for code in _LANGUAGES
        }
        pages = {(one.name, one.language): _draft(one, site, sections, author, now) for one in sources}
        for one in sources:
            page = pages[one.name, one.language]
            if not page.live:
                _publish(one, page, pages, author, now)
        pages_tell(actor_id=author.pk, origin="seed")
    return len(pages)


def with_links(text: str, *, language: str) -> str:
    """Return a text of the demo in which `(article:name)` leads to the article of that name. Queries: 1 a link."""
    return _LINK.sub(lambda found: f"({_named(found[1], language).path_in(settings.LANGUAGE_CODE)})", text)


def votes_seed(members: Iterable[Member]) -> None:
    """Let readers say what helped them. Idempotent: yes."""
    visitors = [Reader(viewer=AnonymousUser(), visitor_key=f"demo-{number}") for number in range(VISITORS)]
    for name, (language, every, why) in VOTES.items():
        article = _named(name, language)
        for number, reader in enumerate([*(Reader(viewer=member) for member in members), *visitors], start=1):
            helped = number % every != 0
            helpful_say(article=article, reader=reader, helped=helped, origin="seed")
            if number == every:
                helpful_explain(article=article, reader=reader, reason=HelpfulVote.Reason.MISSING, text=why)


def _named(name: str, language: str) -> Article:
    article: Article = Article.objects.get(source_key=f"demo:{language}:{name}")
    return article


def articles_sources(brand: str) -> list[Source]:
    """Return the texts of a brand, in every language."""
    found = []
    for path in sorted((SOURCE / brand).glob("*/*.md")):
        _dashes, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
        fields = dict(line.split(": ", 1) for line in head.strip().splitlines())
        found.append(Source(name=path.stem, language=path.parent.name, fields=fields, text=text))
    return found


def _section(site: Site, titles: dict[str, tuple[str, str]], language: str, author: Member) -> Section:
    home = KnowledgeHome.objects.get(site=site, locale__language_code=language)
    title, summary = titles[language]
    there: Section | None = Section.objects.filter(path__startswith=home.path, title=title).first()
    if there:
        return there
    section = Section(title=title, slug=slugify(title), summary=summary)
    original = Section.objects.filter(title=titles["en"][0], slug=slugify(titles["en"][0])).first()
    if original:
        section.translation_key = original.translation_key
    return page_write(parent=home, page=section, author=author, publish=True, origin="seed")


def _draft(
    one: Source, site: Site, sections: dict[tuple[str, str], Section], author: Member, now: datetime
) -> Article | BlogPost:
    """Return the page, made without its text: texts link to each other, and a link needs its page."""
    key = f"demo:{one.language}:{one.name}"
    model = BlogPost if "blog" in one.fields else Article
    there: Article | BlogPost | None = model.objects.filter(source_key=key).first()
    if there:
        return there
    title, summary = one.fields["title"], one.fields["description"]
    page = model(title=title, slug=slugify(title)[:80], summary=summary, source_key=key)
    original = model.objects.filter(source_key=f"demo:en:{one.name}").first()
    if original:
        page.translation_key = original.translation_key
    if model is BlogPost:
        parent = BlogIndex.objects.get(site=site, locale__language_code=one.language)
        page.first_published_at = now - timedelta(hours=int(one.fields["age"]))
    else:
        parent = sections[one.fields["section"], one.language]
        page.reviewed_on, page.review_by = _reviews(now.date())
    page_write(parent=parent, page=page, author=author, origin="seed")
    if one.fields.get("audience") == "members":
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    return page


def _reviews(today: date) -> tuple[date, date]:
    return today - timedelta(days=20), today + timedelta(days=160)


def _publish(
    one: Source,
    page: Article | BlogPost,
    pages: dict[tuple[str, str], Article | BlogPost],
    author: Member,
    now: datetime,
) -> None:
    def address(found: re.Match[str]) -> str:
        target = pages[found[1], one.language]
        return f"({reverse(target.address, args=target.address_args)})"

    page.body = blocks_of(_LINK.sub(address, one.text))
    page_save(page=page, author=author, publish=True)
