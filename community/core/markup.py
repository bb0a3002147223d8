"""The one cooker: Markdown that members wrote becomes HTML that is safe to store and print.

Three stages. markdown-it renders CommonMark with tables and lets raw HTML through; nh3 keeps a short list of tags and
attributes and our own address filter judges every URL; a last pass over that canonical HTML turns pictures of other
hosts into links and makes links of bare addresses and mentions. What comes out is checked to be stable: cleaning it
again changes nothing. Whoever changes what comes out raises `COOKER_VERSION`, and stored posts are cooked again.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape

import nh3
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from community.core.errors import Invalid

COOKER_VERSION = 1
MAX_LENGTH = 30_000
"""Characters of Markdown in one text."""
MAX_MARKS = 3_000
"""Characters with a meaning in Markdown in one text; more is a log or a bomb, and printed as it was typed."""
MAX_LINES = 3_000
"""Lines in one text; longer ones are printed as they were typed, too."""
MAX_TAGS = 800
"""Raw HTML tags in one text; with more, all of them are printed as they were typed."""
MAX_CELLS = 3_000
"""Lines times columns; with more, tables are printed as they were typed."""
MAX_NESTING = 16
"""Levels of quotes and lists; deeper ones are printed as they were typed."""
MAX_MENTIONS = 10
"""Mentions in one text that become links."""

_OWN_DIRECTION = {"p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "th", "td", "dt", "dd", "summary"}
"""Blocks whose reading direction follows from their own text."""
BLOCKS = _OWN_DIRECTION | {"pre", "table", "thead", "tbody", "tr", "hr", "dl", "details"}
INLINES = {"a", "b", "br", "cite", "code", "del", "em", "i", "img", "ins", "kbd", "mark", "q", "s"} | {
    *("strong", "sub", "sup", "u")
}
_DROPPED_WHOLE = {"script", "style", "template", "noscript", "noembed", "noframes", "iframe", "object", "xmp"} | {
    *("svg", "math", "title", "textarea", "select", "button")
}
"""Dropped with all they hold; of other unknown tags the text stays."""

_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_HTTP = re.compile(r"https?://[^/?#\\@]+(?:[/?#][^\\]*)?", re.IGNORECASE)
_MAILTO = re.compile(r"mailto:[^\s/\\:]+", re.IGNORECASE)
_LINKABLE = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"'`\u00a0]+)|(?<![\w@/.&=-])@(?P<handle>[a-z0-9]+(?:-[a-z0-9]+)*)(?!\w)",
    re.IGNORECASE,
)
_MARK = re.compile(r"[\[\]*_`<&\\~#]")
_RAW_TAG = re.compile(r"<[a-zA-Z/!?]")
_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160)))
_TRAILING = ".,:;!?…'\"*_~"

Piece = tuple[str, bool, list[tuple[str, str]], str]
"""A tag (name, closing, attributes, source) or text ("", False, [], source) of canonical HTML."""
MentionResolver = Callable[[frozenset[str]], Mapping[str, str]]
"""Takes lower-case handles, returns the path of each that exists and may be mentioned."""


@dataclass(frozen=True, kw_only=True)
class Cooked:
    """A text, ready to store."""

    html: str
    mentions: tuple[str, ...] = ()
    """Lower-case handles that became links, in order of appearance."""
    images: tuple[str, ...] = ()
    """Paths of our own pictures in it."""
    version: int = COOKER_VERSION


def cook(
    raw: str,
    *,
    media_url: str = "/media/",
    resolve_mentions: MentionResolver | None = None,
    max_length: int = MAX_LENGTH,
) -> Cooked:
    """Turn Markdown into safe HTML.

    Args:
        raw: what the member typed.
        media_url: the path our own pictures start with; pictures from anywhere else become links.
        resolve_mentions: called once with the handles in the text; without it mentions stay text.
        max_length: characters; imports may bring more than members may type.

    Raises: Invalid when the text is too long.
    """
    if len(raw) > max_length:
        raise Invalid(_("This text is too long. Please shorten it or split it."), field="body")
    return _finish(_clean(_render(_typed(raw))), media_url=media_url, resolve_mentions=resolve_mentions)


def plain_text(html: str) -> str:
    """Return the text of cooked HTML: blocks on lines of their own, pictures as their description."""
    parts: list[str] = []
    for name, closing, attributes, text in _pieces(html):
        if not name:
            parts.append(unescape(text))
        elif name == "img":
            parts.append(dict(attributes).get("alt", ""))
        elif name == "br" or (closing and name in BLOCKS):
            parts.append("\n")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def excerpt(html: str, *, length: int = 200) -> str:
    """Return the first `length` characters of the text of cooked HTML, cut at a word, on one line."""
    text = " ".join(plain_text(html[: length * 20]).split())
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def safe_url(url: str) -> str | None:
    """Return the address without control characters and spaces when a post may link to it, else None.

    Allowed are http, https and mailto, and paths and fragments of this site; anything a browser could read as another
    scheme or host (`//host`, `/\\host`, `java script:`) is refused.
    """
    bare = "".join(c for c in url if unicodedata.category(c)[0] not in "CZ")
    if bare.startswith("#") or (bare.startswith("/") and not bare.startswith(("//", "/\\"))):
        return None if "\\" in bare else bare
    if _HTTP.fullmatch(bare):
        return bare
    if _MAILTO.fullmatch(bare) and not re.search(r"%0[ad]", bare, re.IGNORECASE):
        return bare
    return None


def is_clean(html: str) -> bool:
    """Tell whether cleaning `html` changes nothing: true of everything this module returns."""
    return _cleaner.clean(html) == html


def _typed(raw: str) -> str:
    """Drop control characters but line feeds and tabs; make all line ends one kind."""
    return raw.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROL)


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Keep or drop one attribute of an allowed tag."""
    if name in ("href", "src"):
        return safe_url(value)
    if name in ("start", "width", "height", "colspan", "rowspan"):
        return value if re.fullmatch(r"[0-9]{1,4}", value) else None
    return value


_cleaner = nh3.Cleaner(
    tags=BLOCKS | INLINES,
    clean_content_tags=_DROPPED_WHOLE,
    attributes={
        "*": set(),  # else title and lang are kept everywhere
        "a": {"href"},
        "img": {"src", "alt", "width", "height"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow ugc noopener",
    set_tag_attribute_values={
        **{tag: {"dir": "auto"} for tag in _OWN_DIRECTION},
        "pre": {"tabindex": "0"},
        "img": {"loading": "lazy"},
    },
)


def _renderer(*, html: bool, tables: bool) -> MarkdownIt:
    """Build a renderer; headings start at the third level: the page has the first, its sections the second."""
    markdown = MarkdownIt("commonmark", {"html": html, "maxNesting": MAX_NESTING})
    markdown.enable(["table", "strikethrough"] if tables else ["strikethrough"])

    def lower_headings(state: StateCore) -> None:
        for token in state.tokens:
            if token.type in ("heading_open", "heading_close"):
                token.tag = f"h{min(int(token.tag[1]) + 2, 6)}"

    markdown.core.ruler.push("lower_headings", lower_headings)
    return markdown


_renderers = {(html, tables): _renderer(html=html, tables=tables) for html in (True, False) for tables in (True, False)}


def _render(text: str) -> str:
    """Render Markdown, leaving out whatever this text has too much of to be rendered in bounded time."""
    if len(_MARK.findall(text)) > MAX_MARKS or text.count("\n") > MAX_LINES:
        return f"<pre><code>{_escape(text)}</code></pre>"
    columns = max((line.count("|") for line in text.split("\n")), default=0)
    html = len(_RAW_TAG.findall(text)) <= MAX_TAGS
    return _renderers[html, columns * text.count("\n") <= MAX_CELLS].render(text)


def _clean(html: str) -> str:
    """Clean until nothing changes; what never settles is printed as text."""
    for _attempt in range(4):
        cleaned = _cleaner.clean(html)
        if cleaned == html:
            return cleaned
        html = cleaned
    return f'<p dir="auto">{_escape(html)}</p>'


def _escape(text: str) -> str:
    """Escape text exactly as the cleaner writes it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\u00a0", "&nbsp;")


def _pieces(html: str) -> Iterator[Piece]:
    """Split canonical HTML into tags and text."""
    position = 0
    for match in _TAG.finditer(html):
        if match.start() > position:
            yield "", False, [], html[position : match.start()]
        attributes = [(name, unescape(value)) for name, value in _ATTRIBUTE.findall(match[3])]
        yield match[2], bool(match[1]), attributes, match[0]
        position = match.end()
    if position < len(html):
        yield "", False, [], html[position:]


def _finish(html: str, *, media_url: str, resolve_mentions: MentionResolver | None) -> Cooked:
    """Make links of foreign pictures, bare addresses and mentions in cleaned HTML."""
    pieces = list(_pieces(html))
    linkable = _linkable(pieces)
    paths = _resolve([unescape(pieces[index][3]) for index in sorted(linkable)], resolve_mentions)
    out: list[str] = []
    mentions: list[str] = []
    images: list[str] = []
    links: list[bool] = []  # open <a>, and whether each was printed
    for index, (name, closing, attributes, source) in enumerate(pieces):
        if name == "a":
            out.append(_anchor(closing, attributes, source, links))
        elif name == "img":
            out.append(_picture(dict(attributes), source, media_url, images, linked=bool(links)))
        else:
            out.append(_linked(source, paths, mentions) if index in linkable else source)
    return Cooked(html=_clean("".join(out)), mentions=tuple(dict.fromkeys(mentions)), images=tuple(images))


def _linkable(pieces: Iterable[Piece]) -> set[int]:
    """Return which pieces are text that may hold an address or a mention: outside links and code."""
    found: set[int] = set()
    inside = 0
    for index, (name, closing, _attributes, source) in enumerate(pieces):
        if name in ("a", "code", "pre", "kbd"):
            inside += -1 if closing else 1
        elif not name and not inside and ("@" in source or "://" in source):
            found.add(index)
    return found


def _anchor(closing: bool, attributes: list[tuple[str, str]], source: str, links: list[bool]) -> str:
    """Print a link, or nothing for one whose address was refused."""
    if closing:
        return source if links and links.pop() else ""
    links.append(any(name == "href" for name, _value in attributes))
    return source if links[-1] else ""


def _picture(attributes: dict[str, str], source: str, media_url: str, images: list[str], *, linked: bool) -> str:
    """Print a picture of ours, a link to one of another host, or its description inside a link."""
    address, alt = attributes.get("src", ""), attributes.get("alt", "")
    if address.startswith(media_url) and "/.." not in address and "%" not in address:
        images.append(address)
        return source
    if linked or not address:
        return _escape(alt)
    return _link(address, alt or address)


def _link(url: str, text: str) -> str:
    href = url.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<a href="{href}" rel="nofollow ugc noopener">{_escape(text)}</a>'


def _resolve(texts: Iterable[str], resolve: MentionResolver | None) -> Mapping[str, str]:
    """Ask once which of the handles in the texts exist."""
    if resolve is None:
        return {}
    found = [match["handle"].lower() for text in texts for match in _LINKABLE.finditer(text) if match["handle"]]
    wanted = frozenset(list(dict.fromkeys(found))[:MAX_MENTIONS])
    return resolve(wanted) if wanted else {}


def _linked(source: str, paths: Mapping[str, str], mentions: list[str]) -> str:
    """Make links of the bare addresses and resolved mentions in one piece of text."""
    text = unescape(source)
    out, position = [], 0
    for match in _LINKABLE.finditer(text):
        shown, url = match[0], None
        if match["url"]:
            shown = _bare_address(shown)
            url = safe_url(shown)
        elif match["handle"].lower() in paths:
            url = paths[match["handle"].lower()]
            mentions.append(match["handle"].lower())
        if url is None:
            continue
        out += [_escape(text[position : match.start()]), _link(url, shown)]
        position = match.start() + len(shown)
    return "".join(out) + _escape(text[position:])


def _bare_address(text: str) -> str:
    """Cut what belongs to the sentence, not to the address: closing punctuation and unmatched brackets."""
    unmatched = text.count(")") - text.count("(")
    end = len(text)
    while end and (text[end - 1] in _TRAILING or (text[end - 1] == ")" and unmatched > 0)):
        unmatched -= text[end - 1] == ")"
        end -= 1
    return text[:end]
