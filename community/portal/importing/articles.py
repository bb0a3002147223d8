"""Imports a folder of articles into a help centre, and says of each what was kept.

First every file gets a page without text, so that they can link to each other; then each gets its text and is
published, in a transaction of its own. A run that was stopped goes on where it was; what was imported once stays as it
is, because people may have changed it since.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext, override
from wagtail.images.models import Image
from wagtail.models import Site

from community.core.errors import DomainError, Invalid
from community.knowledge.conversion import PICTURES, blocks_of
from community.knowledge.models import Article, KnowledgeHome, Section
from community.knowledge.models.pages import SUMMARY_LENGTH
from community.knowledge.services import page_put, page_save, page_write, pages_tell, picture_put, site_prepare
from community.knowledge.texts import words_of_body
from community.portal.importing.articles_source import (
    ArticleFile,
    Unreadable,
    article_files,
    article_read,
    linked,
    picture_address,
    words_of,
)

Progress = Callable[[int], object]


@dataclass(kw_only=True)
class ArticleReport:
    """What an import did."""

    made: Counter[str] = field(default_factory=Counter)
    """Articles by language, and pairs of translations that were linked."""
    pictures: int = 0
    """How many were taken over."""
    known: int = 0
    """Articles that were there from an earlier run."""
    fidelity: Counter[str] = field(default_factory=Counter)
    """`exact`: every word of the file is in the article, in order; `lossy`: not."""
    lossy: dict[str, list[str]] = field(default_factory=dict)
    """Of each lossy article, the words that are not in it."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """(file, reason)."""
    noted: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """What is not as it was, by file: pictures, front matter without a place, links that lead nowhere."""


class ArticleImport:
    """One run over a folder. Idempotent: yes."""

    def __init__(self, folder: Path, *, site: Site, section: str = "") -> None:
        self.report = ArticleReport()
        self._site = site
        self._section = section
        self._languages = frozenset(code for code, _name in settings.LANGUAGES)
        self.files = self._read(folder)

    def run(self, progress: Progress = lambda _count: None) -> ArticleReport:
        """Import everything; `progress` hears of files as they are done."""
        site_prepare(self._site)
        known = self._known()
        finished = {key for key, page in known.items() if page.body}
        waiting = [file for file in self.files if self._key(file) not in finished]
        self.report.known = len(self.files) - len(waiting)
        progress(self.report.known)
        pages = dict(known)
        with transaction.atomic():
            sections = {language: self._section_in(language) for language in {file.language for file in waiting}}
            for file in sorted(waiting, key=lambda file: (file.order, file.name)):
                if self._key(file) not in pages:
                    pages[self._key(file)] = self._page(file, sections[file.language], pages)
        for file in waiting:
            try:
                self._fill(file, pages)
            except DomainError as error:
                self.report.refused.append((_label(file), str(error)))
            progress(1)
        pages_tell(actor_id=None, origin="import")
        return self.report

    def _read(self, folder: Path) -> list[ArticleFile]:
        found = []
        for path in article_files(folder):
            try:
                found.append(article_read(path, languages=self._languages))
            except Unreadable as error:
                self.report.refused.append((f"{path.parent.name}/{path.name}", str(error)))
        return found

    def _known(self) -> dict[str, Article]:
        keys = [self._key(file) for file in self.files]
        return {page.source_key: page for page in Article.objects.filter(source_key__in=keys)}

    def _key(self, file: ArticleFile) -> str:
        return f"file:{self._site.pk}:{file.language}:{file.name}"[:120]

    def _section_in(self, language: str) -> Section:
        """Return the section to import into, made where it is missing, linked to the same one in other languages."""
        home = KnowledgeHome.objects.get(site=self._site, locale__language_code=language)
        with override(language):
            title = self._section or gettext("Imported articles")
        slug = slugify(self._section) or "imported"
        section = Section.objects.child_of(home).filter(slug=slug).first()
        if section is None:
            others = Section.objects.filter(slug=slug, path__in=_children(home))
            section = Section(title=title, slug=slug)
            if other := others.first():
                section.translation_key = other.translation_key
            page_write(parent=home, page=section, publish=True, origin="import")
        return section

    def _page(self, file: ArticleFile, section: Section, pages: dict[str, Article]) -> Article:
        """Add the page of a file as a draft without text, linked to its translations."""
        page = Article(title=file.title[:255], slug=file.name, source_key=self._key(file))
        for language in self._languages - {file.language}:
            if other := pages.get(f"file:{self._site.pk}:{language}:{file.name}"[:120]):
                page.translation_key = other.translation_key
                self.report.made["linked pairs"] += 1
        page_put(parent=section, page=page, author=None, publish=False)
        return page

    def _fill(self, file: ArticleFile, pages: dict[str, Article]) -> None:
        paths = {
            name: page.path_in(file.language)
            for name in file.links
            if (page := pages.get(f"file:{self._site.pk}:{file.language}:{name}"[:120]))
        }
        markdown, nowhere = linked(file.markdown, paths)
        page = pages[self._key(file)]
        page.body = blocks_of(markdown, pictures=self._pictures(file), media_url=PICTURES)
        page.summary = file.summary[:SUMMARY_LENGTH]
        with transaction.atomic():
            page_save(page=page, author=None, publish=True)
        self.report.made[file.language] += 1
        self._compare(file, page)
        self._note(file, nowhere)

    def _pictures(self, file: ArticleFile) -> dict[str, Image]:
        """Take over the pictures that lie in the folder, and note what became of the others."""
        taken: dict[str, Image] = {}
        notes = self.report.noted[_label(file)]
        for number, picture in enumerate(file.pictures):
            if picture.is_elsewhere:
                notes.append(f"picture of another host, a link now: {picture.address}")
            elif picture.path is None:
                notes.append(f"picture that is not in the folder: {picture.address}")
            else:
                try:
                    with picture.path.open("rb") as opened:
                        taken[picture_address(number)] = picture_put(opened, title=picture.path.stem)
                except (Invalid, OSError) as error:
                    notes.append(f"picture refused: {picture.address} ({error})")
        self.report.pictures += len(taken)
        return taken

    def _compare(self, file: ArticleFile, page: Article) -> None:
        said, kept = words_of(file.markdown), words_of_body(page.body)
        self.report.fidelity["exact" if said == kept else "lossy"] += 1
        if said != kept:
            missing = Counter(said) - Counter(kept)
            self.report.lossy[_label(file)] = sorted(missing)

    def _note(self, file: ArticleFile, nowhere: list[str]) -> None:
        notes = self.report.noted[_label(file)]
        notes += [f"link that leads nowhere: {address}" for address in nowhere]
        if file.left_out:
            notes.append("front matter left out: " + ", ".join(file.left_out))
        if len(file.summary) > SUMMARY_LENGTH:
            notes.append(f"description cut after {SUMMARY_LENGTH} characters")


def _label(file: ArticleFile) -> str:
    return f"{file.language}/{file.name}.md"


def _children(home: KnowledgeHome) -> list[str]:
    """Return the paths of the sections of this home in other languages."""
    homes = home.get_translations()
    return [section.path for other in homes for section in Section.objects.child_of(other)]
