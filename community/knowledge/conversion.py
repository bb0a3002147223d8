"""Markdown to the blocks of a body: for articles made of topics, for imports and for the demo."""

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from bs4 import BeautifulSoup, Tag

from community.core.markup import cook
from community.knowledge.blocks import ALT_LENGTH

MAX_LENGTH = 200_000
LOWERED = 2
"""By how many levels the cooker lowers a heading, because a post stands below the headings of its page."""
MEDIA_URL = "/media/"
"""What the addresses of pictures begin with that members sent."""
PICTURES = "/imported-pictures/"
"""What the addresses of pictures begin with that come with a text."""
_BLANK = re.compile(r"\n\s*\n")
"""Between runs of text that no tag of ours holds."""
_HEADING = re.compile(r"h[1-6]")
_OURS = re.compile(r"/(?:[a-z]{2}/)?help/a/([0-9]+)/[-\w]+/")

Block = tuple[str, Any]


def blocks_of(markdown: str, *, pictures: Mapping[str, Any] | None = None, media_url: str = MEDIA_URL) -> list[Block]:
    """Return the blocks that say what `markdown` says, as `StreamField` takes them.

    Args:
        pictures: pictures of the CMS by the address `markdown` names them by. Each stands below the part of the text it
            was in.
        media_url: what addresses of pictures begin with. Those not among `pictures` are left out, those that begin
            otherwise become links.
    Raises: Invalid. Queries: 0.
    """
    soup = BeautifulSoup(cook(markdown, max_length=MAX_LENGTH, media_url=media_url).html, "html.parser")
    for picture in reversed(soup.find_all("img")):
        _picture_out(picture, soup)
    for tag in soup.find_all(True):
        _attributes_thin(tag)
    return list(_blocks(soup, pictures or {}))


def pictures_in(markdown: str) -> tuple[str, ...]:
    """Return the addresses of the pictures of ours in a text. Raises: Invalid. Queries: 0."""
    return cook(markdown, max_length=MAX_LENGTH, media_url=MEDIA_URL).images


def _picture_out(picture: Tag, soup: BeautifulSoup) -> None:
    """Move a picture below the part of the text it is in, and what held nothing else away."""
    part = [picture, *picture.parents][-2]
    holder = picture.parent
    part.insert_after(picture)
    while holder and holder is not soup and not holder.find(True) and not holder.get_text(strip=True):
        empty, holder = holder, holder.parent
        empty.decompose()


def _blocks(soup: BeautifulSoup, pictures: Mapping[str, Any]) -> Iterator[Block]:
    text: list[str] = []
    for part in list(soup.children):
        if not isinstance(part, Tag):
            text += [f"<p>{escape(run.strip())}</p>" for run in _BLANK.split(str(part)) if run.strip()]
            continue
        if part.name == "img" and part["src"] not in pictures:
            continue
        block = _block(part, pictures)
        if block is None:
            text.append(str(part))
            continue
        if text:
            yield "text", "".join(text)
            text = []
        yield block
    if text:
        yield "text", "".join(text)


def _block(tag: Tag, pictures: Mapping[str, Any]) -> Block | None:
    """Return the block of its own that a part of the text becomes; None for running text."""
    if tag.name == "img":
        return "image", {"image": pictures[str(tag["src"])], "alt": str(tag["alt"])[:ALT_LENGTH], "caption": ""}
    if _HEADING.fullmatch(tag.name):
        level = min(max(int(tag.name[1]) - LOWERED, 2), 4)
        return "heading", {"text": tag.get_text(" ", strip=True)[:300], "level": str(level)}
    if tag.name == "pre":
        return "code", {"code": tag.get_text().rstrip("\n"), "language": ""}
    if tag.name == "blockquote":
        return "callout", {"kind": "note", "text": tag.decode_contents().strip()}
    if tag.name == "ol":
        return "steps", [_paragraph(item) for item in tag.find_all("li", recursive=False)]
    return ("table", _table(tag)) if tag.name == "table" else None


def _table(tag: Tag) -> dict[str, Any]:
    rows = [[_paragraph(cell) for cell in row.find_all(["td", "th"])] for row in tag.find_all("tr")]
    head = [cell.get_text(" ", strip=True) for cell in tag.find_all("tr")[0].find_all(["td", "th"])]
    return {
        "columns": [{"type": "text", "heading": heading} for heading in head],
        "rows": [{"values": row} for row in rows[1:]],
        "caption": "",
    }


def _paragraph(tag: Tag) -> str:
    inner = tag.decode_contents().strip()
    return inner if inner.startswith("<") and tag.find(["p", "ul"], recursive=False) else f"<p>{inner}</p>"


def _attributes_thin(tag: Tag) -> None:
    """Keep what the editor knows; a link to an article of ours becomes one that follows it."""
    href, source, alt = (str(tag.get(name, "")) for name in ("href", "src", "alt"))
    tag.attrs.clear()
    if tag.name == "img":
        tag.attrs.update({"src": source, "alt": alt})
    elif tag.name == "a":
        ours = _OURS.fullmatch(href)
        tag.attrs.update({"linktype": "page", "id": ours[1]} if ours else {"href": href})
    elif tag.name in {"strong", "em"}:
        tag.name = {"strong": "b", "em": "i"}[tag.name]
