"""A strict judge of stored HTML: parses it as a browser does and names everything that is not on a short list."""

import re
from collections.abc import Iterator

import html5lib

TAGS = {"p", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "hr", "dl", "dt", "dd"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td", "details", "summary", "a", "img", "br", "code", "kbd"}
TAGS |= {"b", "cite", "del", "em", "i", "ins", "mark", "q", "s", "strong", "sub", "sup", "u"}
ATTRIBUTES = {
    "a": {"href", "rel"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "pre": {"tabindex"},
}
VALUES = {"dir": "auto", "rel": "nofollow ugc noopener", "tabindex": "0", "loading": "lazy"}
_NAMESPACE = "{http://www.w3.org/1999/xhtml}"
_LINK = re.compile(
    r"https?://[^/\\\s][^\\\x00-\x20]*|mailto:[^\\\x00-\x20:]+|/(?![/\\])[^\\\x00-\x20]*|/|#[^\\\x00-\x20]*"
)


def faults(html: str, *, media_url: str = "/media/") -> list[str]:
    """Return a sentence for everything in `html` that could act, load, name or style; empty when it is inert."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=True)
    return [fault for element in tree.iter() if element is not tree for fault in _faults_of(element, media_url)]


def _faults_of(element: object, media_url: str) -> Iterator[str]:
    tag = element.tag  # type: ignore[attr-defined]
    if not isinstance(tag, str) or not tag.startswith(_NAMESPACE):
        yield f"node {tag} is no HTML element"
        return
    name = tag.removeprefix(_NAMESPACE)
    if name not in TAGS:
        yield f"element {name}"
    for attribute, value in element.attrib.items():  # type: ignore[attr-defined]
        if attribute not in ATTRIBUTES.get(name, set()) | {"dir"}:
            yield f"attribute {attribute} on {name}"
        elif attribute in VALUES and value != VALUES[attribute]:
            yield f"{attribute}={value!r} on {name}"
        elif attribute == "href" and not _LINK.fullmatch(value):
            yield f"address {value!r}"
        elif attribute == "src" and not (value.startswith(media_url) and _LINK.fullmatch(value) and ".." not in value):
            yield f"picture {value!r}"
        elif attribute in {"start", "width", "height", "colspan", "rowspan"} and not value.isdigit():
            yield f"{attribute}={value!r}"
