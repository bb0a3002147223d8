"""Join and minify our style sheets and modules. Pure Python; in development nothing needs it.

A style sheet is followed through its `@import`s by lightningcss. A script may import other modules of the same folder
for what they do, never for names, so joining means: each module once, in order, in a block of its own.
"""

import re
from pathlib import Path

import lightningcss

STYLESHEETS = ("css/tertulia.css", "css/staff.css")
SCRIPTS = ("js/app.js", "js/brand.js", "js/composer.js", "js/keys.js")
_IMPORT = re.compile(r'^import\s+"(\./[\w./-]+\.js)";[ \t]*(?://.*)?$', re.MULTILINE)
_NAMED = re.compile(r"^(?:import\b(?!\s*\()|export\b)", re.MULTILINE)
_COMMENT_LINE = re.compile(r"^\s*//.*$", re.MULTILINE)
_BLANK = re.compile(r"\n\s*\n+")
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


class BundleError(Exception):
    """A source that cannot be joined; the message names it and the cure."""


def stylesheet_joined(entry: Path) -> str:
    """Return the style sheet with its imports inside, minified."""
    return str(lightningcss.bundle_css(str(entry), minify=True))


def script_joined(entry: Path) -> str:
    """Return the script with its imported modules inside, without comment lines and indentation.

    Raises: BundleError when a module exports or imports names (put what two modules share into a DOM event).
    """
    seen: list[Path] = []
    _collect(entry.resolve(), seen)
    return "".join(f"{{{_body(path)}}}\n" for path in seen)


def _collect(path: Path, seen: list[Path]) -> None:
    """Add `path` after the modules it imports, each once."""
    for name in _IMPORT.findall(path.read_text()):
        imported = (path.parent / name).resolve()
        if imported not in seen:
            _collect(imported, seen)
    seen.append(path)


def _body(path: Path) -> str:
    """Return a module's own statements."""
    text = _IMPORT.sub("", path.read_text())
    if found := _NAMED.search(text):
        line = text[found.start() :].partition("\n")[0]
        raise BundleError(f"{path.name}: `{line}`: modules are joined, so they import and export no names")
    if "`" not in text:  # inside a template literal, indentation and // are content
        text = _INDENT.sub("", _COMMENT_LINE.sub("", text))
    return _BLANK.sub("\n", text).strip()
