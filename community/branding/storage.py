"""Static files as production serves them: ours joined and minified, all hashed, compressed beforehand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from servestatic.storage import CompressedManifestStaticFilesStorage

from community.branding.bundles import SCRIPTS, STYLESHEETS, script_joined, stylesheet_joined

Processed = Iterator[tuple[str, str | None, bool | Exception]]


class JoinedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """What collectstatic writes with: `css/tertulia.css` and `js/app.js` come out as one file each.

    Sources are read where they are written, not from the collected copies, so a change of any part is seen. The parts
    themselves are not published.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._urls: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """Return the address of a file, kept: a page asks for four, and Django takes each name apart anew."""
        if name not in self._urls:
            self._urls[name] = super().url(name, force)
        return self._urls[name]

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Processed:
        """Join, then hash and compress what is left."""
        if not dry_run:
            for part in [name for name in paths if _is_part(name)]:
                self.delete(part)
                del paths[part]
            for name in (*STYLESHEETS, *SCRIPTS):
                join = stylesheet_joined if name in STYLESHEETS else script_joined
                Path(self.path(name)).write_text(join(_source(name)), encoding="utf-8")
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)


def _is_part(name: str) -> bool:
    """Tell whether `name` is a part of a joined file."""
    ours = name.startswith(("css/", "js/")) and name not in STYLESHEETS and name not in SCRIPTS
    return ours or name == "vendor/vendor.toml"


def _source(name: str) -> Path:
    """Return where `name` is written. Raises: FileNotFoundError."""
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(name)
    return Path(found)
