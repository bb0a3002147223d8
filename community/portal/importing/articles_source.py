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

KEPT = frozenset({"title", "description", "lang", "order"})
"""What of the front matter has a place here."""
MAX_BYTES = 1_000_000
_FRONT = re.compile(r"\A---\r?\n(.*?)^---\r?\n", re.DOTALL | re.MULTILINE)
_MARKDOWN_INSIDE = re.compile(r"(<(aside|p|div)\b[^>]*\bmarkdown=\"1\"[^>]*>)(.*?)(</\2>)", re.DOTALL)
_PICTURE = re.compile(r"!\[((?:[^\]\\]|\\.)*)\]\(([^)\s]+)[^)]*\)|<img\b[^>]*?src=\"([^\"]*)\"[^>]*>")
_CONTROL = re.compile(r"<input\b[^>]*>")
_LINK = re.compile(r"\]\((?![a-zA-Z][a-zA-Z0-9+.-]*:|#|/assets/)([^)\s#]*)(#[^)\s]*)?\)")
_FENCE = re.compile(r"^(```|~~~)", re.MULTILINE)


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
    """As `blocks_of` takes it: without pictures, and with Markdown inside of HTML where the file had it."""
    pictures: tuple[str, ...] = ()
    """Addresses of the pictures that were left out."""
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
    markdown, pictures = _prepared(body)
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
        path = paths.get(_name(match))
        if path is None:
            nowhere.append(match[1])
            return "](.)"  # no address the cooker lets through: the words stay
        return f"]({path})"

    return _LINK.sub(lead, markdown), nowhere


def words_of(markdown: str) -> list[str]:
    """Return the words of a text as Markdown alone has them, to hold ours against."""
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    return re.findall(r"\w+", BeautifulSoup(html, "html.parser").get_text(" "))


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


def _prepared(body: str) -> tuple[str, tuple[str, ...]]:
    """Leave out pictures and the boxes of check lists; put Markdown in HTML where CommonMark reads it. Code stays."""
    pictures: list[str] = []

    def left_out(match: re.Match[str]) -> str:
        pictures.append(match[2] or match[3])
        return ""

    parts = _FENCE.split(body)
    if len(parts) > 1:  # a file with fenced code has no HTML around it that would need this
        return body, ()
    body = _CONTROL.sub("", _PICTURE.sub(left_out, body))
    while (opened := _MARKDOWN_INSIDE.sub(_apart, body)) != body:
        body = opened
    return body, tuple(pictures)


def _apart(match: re.Match[str]) -> str:
    """Markdown is read inside of HTML when it stands in lines of its own between blank ones."""
    tag = "blockquote" if match[2] == "aside" else ""
    inner = "\n".join(line.strip() for line in match[3].strip().splitlines())
    return f"\n<{tag}>\n\n{inner}\n\n</{tag}>\n" if tag else f"\n\n{inner}\n\n"


def _name(match: re.Match[str]) -> str:
    """Return which file a link within the folder leads to: `../legal/`, `/legal`, `legal.md` all say `legal`."""
    return PurePosixPath(unquote(match[1])).name.removesuffix(".md")
