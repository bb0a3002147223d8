"""HTML of another community to Markdown of ours, with a check that no word is lost on the way.

markdownify converts; the result is cooked by our own cooker and its words are compared with the words of the source.
Where they differ (broken nesting, a line that happens to be Markdown), the words are kept as plain paragraphs instead.
"""

import re
from dataclasses import dataclass
from typing import Literal

from bs4 import BeautifulSoup, Comment, Tag
from markdownify import MarkdownConverter

from community.core.markup import cook

MAX_LENGTH = 200_000
"""Characters of one imported text; more than members may type, because what stands elsewhere is not cut."""

Fidelity = Literal["exact", "plain", "lossy"]

_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&])")
_BLOCKS = "p li pre blockquote h1 h2 h3 h4 h5 h6 td th dt dd div tr"


@dataclass(frozen=True)
class Converted:
    """Markdown and how faithful it is: `exact` by words, `plain` (words kept, form dropped), `lossy` (words differ)."""

    markdown: str
    fidelity: Fidelity


class _Converter(MarkdownConverter):  # type: ignore[misc]
    """Pictures and video of other hosts become links: we never load from another origin."""

    def convert_a(self, element, text, parent_tags):  # type: ignore[no-untyped-def]
        """Keep links that lead out; a path of the old site leads nowhere here, so its words stay and the link goes."""
        if not element.get("href", "").startswith(("http://", "https://", "mailto:")):
            return text
        return super().convert_a(element, text, parent_tags)  # type: ignore[misc]

    def convert_img(self, element, text, parent_tags):  # type: ignore[no-untyped-def]
        return _link(element.get("alt") or _file_name(element.get("src", "")), element.get("src", ""))

    def convert_video(self, element, text, parent_tags):  # type: ignore[no-untyped-def]
        source = element.get("src") or (element.source or {}).get("src", "")
        return _link(_file_name(source), source)


def html_to_markdown(html: str) -> Converted:
    """Convert untrusted HTML. Returns Markdown whose cooked form carries the same words whenever that is possible."""
    soup = BeautifulSoup(html, "html.parser")
    for odd in soup.find_all(string=lambda text: isinstance(text, Comment)):
        odd.extract()
    for silent in soup(["script", "style", "template"]):
        silent.decompose()
    words = _words_of(soup)
    markdown = (
        _Converter(heading_style="ATX", bullets="-", escape_misc=True, autolinks=False).convert_soup(soup).strip()
    )
    if _cooked_words(markdown) == words:
        return Converted(markdown, "exact")
    paragraphs = _paragraphs(soup)
    plain = "\n\n".join(_MARKS.sub(r"\\\1", paragraph) for paragraph in paragraphs)
    if _cooked_words(plain) == words:
        return Converted(plain, "plain")
    typed = "\n\n".join(paragraphs)  # so many marks that the cooker prints the text as it was typed
    return Converted(typed, "plain") if _cooked_words(typed) == words else Converted(plain, "lossy")


def _link(text: str, target: str) -> str:
    if not target.startswith(("http://", "https://")):
        return _MARKS.sub(r"\\\1", text)
    safe = target.replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
    return "[" + _MARKS.sub(r"\\\1", text) + "](" + safe + ")"


def _file_name(address: str) -> str:
    return address.split("?")[0].rstrip("/").rsplit("/", 1)[-1] or "image"


def _paragraphs(soup: BeautifulSoup) -> list[str]:
    """Return the text, block by block. Changes the soup."""
    for line_break in soup.find_all("br"):
        line_break.replace_with("\n")
    for picture in soup.find_all(["img", "video"]):
        picture.replace_with(f" {picture.get('alt') or _file_name(str(picture.get('src', '')))} ")
    for block in soup.find_all(_BLOCKS.split()):
        block.append("\n\n")
    lines = (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", soup.get_text()))
    return [line for line in lines if line]


def _words_of(soup: BeautifulSoup) -> str:
    """Return the text without any white space, pictures by their name: what must survive."""
    parts = []
    for node in soup.descendants:
        if isinstance(node, Tag) and node.name in ("img", "video"):
            parts.append(str(node.get("alt") or _file_name(str(node.get("src", "")))))
        elif isinstance(node, str):
            parts.append(node)
    return "".join("".join(parts).split())


def _cooked_words(markdown: str) -> str:
    return _words_of(BeautifulSoup(cook(markdown, max_length=MAX_LENGTH).html, "html.parser"))
