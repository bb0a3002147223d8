"""Reads a folder of articles: one folder a language, one Markdown file an article, translations under the same name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import yaml
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from community.knowledge.conversion import PICTURES

KEPT = frozenset({"title", "description", "lang", "order"})
"""What of the front matter has a place here."""
MAX_BYTES = 1_000_000
_FRONT = re.compile(r"\A---\r?\n(.*?)^---\r?\n", re.DOTALL | re.MULTILINE)
_MARKDOWN_INSIDE = re.compile(r"(<(aside|p|div)\b[^>]*\bmarkdown=\"1\"[^>]*>)(.*?)(</\2>)", re.DOTALL)
_CODE = r"^(?P<fence>```|~~~).*?^(?P=fence)|`[^`\n]+`"
"""What stays as it is."""
_PICTURE = re.compile(
    _CODE + r"|!\[(?:[^\]\\]|\\.)*\]\((?P<source>[^)\s]+)[^)]*\)"
    r"|<img\b[^>]*?\bsrc=[\"'](?P<html_source>[^\"']*)[\"'][^>]*>",
    re.DOTALL | re.MULTILINE,
)
_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
"""How the address of a picture begins that is not a file of the folder."""
_CONTROL = re.compile(r"<input\b[^>]*>")
_LINK = re.compile(
    _CODE + r"|\]\((?![a-zA-Z][a-zA-Z0-9+.-]*:|#|/assets/|" + PICTURES + r")(?P<to>[^)\s#]*)(#[^)\s]*)?\)",
    re.DOTALL | re.MULTILINE,
)
_FENCE = re.compile(r"^(```|~~~)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class PictureFile:
    """A picture an article names."""

    address: str
    """As the article has it."""
    is_elsewhere: bool = False
    """Whether it is on another host."""
    path: Path | None = None
    """The file; None when it is not in the folder."""


@dataclass(frozen=True, kw_only=True)
class ArticleFile:
    """One file, understood."""

    language: str
    name: str
    """Of the file, without its ending: the same for all translations."""
    title: str
    summary: str
    order: int
    markdown: str
    """As `blocks_of` takes it: with the pictures of the folder as `picture_address`, and with Markdown inside of HTML
    where the file had it."""
    pictures: tuple[PictureFile, ...] = ()
    """In order of their appearance."""
    left_out: tuple[str, ...] = ()
    """Names of front matter that has no place here."""
    links: tuple[str, ...] = field(default=())
    """What it links to within the folder, by name."""


class Unreadable(Exception):
    """A file is no article; says why."""


def article_files(folder: Path) -> Iterator[Path]:
    """Yield the files, language by language, in order of their names."""
    for language in sorted(path for path in folder.iterdir() if path.is_dir()):
        yield from sorted(language.glob("*.md"))


def article_read(path: Path, *, languages: frozenset[str]) -> ArticleFile:
    """Read one file. Raises: Unreadable."""
    language = path.parent.name
    if language not in languages:
        raise Unreadable(f"there is no language {language} here")
    if path.stat().st_size > MAX_BYTES:
        raise Unreadable("it is larger than a megabyte")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable("it is not UTF-8") from error
    front, body = _split(text)
    if front.get("lang", language) != language:
        raise Unreadable(f"it says it is in {front['lang']} and stands in {language}")
    title = unescape(str(front.get("title") or "")).strip()
    if not title:
        raise Unreadable("it has no title")
    markdown, pictures = _prepared(body, path.parent)
    return ArticleFile(
        language=language,
        name=path.stem,
        title=title,
        summary=unescape(str(front.get("description") or "")).strip(),
        order=front["order"] if isinstance(front.get("order"), int) else 0,
        markdown=markdown,
        pictures=pictures,
        left_out=tuple(sorted(front.keys() - KEPT)),
        links=tuple(dict.fromkeys(name for name in map(_name, _LINK.finditer(markdown)) if name)),
    )


def linked(markdown: str, paths: dict[str, str]) -> tuple[str, list[str]]:
    """Return `markdown` with links to other files of the folder led to `paths`, and those that lead nowhere."""
    nowhere: list[str] = []

    def lead(match: re.Match[str]) -> str:
        if match["to"] is None:
            return match[0]
        path = paths.get(_name(match))
        if path is None:
            nowhere.append(match["to"])
            return "](.)"  # no address the cooker lets through: the words stay
        return f"]({path})"

    return _LINK.sub(lead, markdown), nowhere


def words_of(markdown: str) -> list[str]:
    """Return the words of a text as Markdown alone has them, to hold ours against."""
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    soup = BeautifulSoup(html, "html.parser")
    for picture in soup.find_all("img", src=re.compile(rf"\A(?:{_ELSEWHERE.pattern})")):  # a link, by what it shows
        picture.replace_with(str(picture.get("alt") or picture["src"]))
    return re.findall(r"\w+", soup.get_text(" "))


def picture_address(number: int) -> str:
    """Return how the Markdown of an `ArticleFile` names its picture of that number."""
    return f"{PICTURES}{number}"


def _split(text: str) -> tuple[dict[str, Any], str]:
    match = _FRONT.match(text)
    if match is None:
        raise Unreadable("it has no front matter")
    try:
        front = yaml.safe_load(match[1])
    except yaml.YAMLError as error:
        raise Unreadable("its front matter is not YAML") from error
    if not isinstance(front, dict):
        raise Unreadable("its front matter is not a list of names and values")
    return front, text[match.end() :]


def _prepared(body: str, folder: Path) -> tuple[str, tuple[PictureFile, ...]]:
    """Name the pictures of the folder, leave out the boxes of check lists; put Markdown in HTML where CommonMark reads
    it. Code stays.
    """
    pictures: list[PictureFile] = []

    def named(match: re.Match[str]) -> str:
        group = "source" if match["source"] else "html_source"
        address = match[group]
        if not address:
            return match[0]
        pictures.append(_picture(address, folder))
        if pictures[-1].is_elsewhere:
            return match[0]
        start, end = (place - match.start() for place in match.span(group))
        return match[0][:start] + picture_address(len(pictures) - 1) + match[0][end:]

    body = _PICTURE.sub(named, body)
    if _FENCE.search(body):  # a file with fenced code has no HTML around it that would need this
        return body, tuple(pictures)
    body = _CONTROL.sub("", body)
    while (opened := _MARKDOWN_INSIDE.sub(_apart, body)) != body:
        body = opened
    return body, tuple(pictures)


def _picture(address: str, folder: Path) -> PictureFile:
    """Look for a picture beside its article, or, for a path from `/` on, in the folder of all; nowhere else."""
    if _ELSEWHERE.match(address):
        return PictureFile(address=address, is_elsewhere=True)
    root = folder.parent.resolve()
    name = unquote(unescape(address).partition("?")[0].partition("#")[0])
    try:
        path = (root / name.lstrip("/") if name.startswith("/") else folder / name).resolve()
        is_there = path.is_relative_to(root) and path.is_file()
    except (OSError, ValueError):  # a name no file can have
        is_there = False
    return PictureFile(address=address, path=path if is_there else None)


def _apart(match: re.Match[str]) -> str:
    """Markdown is read inside of HTML when it stands in lines of its own between blank ones."""
    tag = "blockquote" if match[2] == "aside" else ""
    inner = "\n".join(line.strip() for line in match[3].strip().splitlines())
    return f"\n<{tag}>\n\n{inner}\n\n</{tag}>\n" if tag else f"\n\n{inner}\n\n"


def _name(match: re.Match[str]) -> str:
    """Return which file a link within the folder leads to: `../legal/`, `/legal`, `legal.md` all say `legal`."""
    return PurePosixPath(unquote(match["to"] or "")).name.removesuffix(".md")
