"""Translation catalogues, compiled without gettext: `make run` needs Python only.

`python -m community.core.catalogues` compiles ours where the product is installed by another user than runs it.
"""

from pathlib import Path

import polib


def compile_catalogues(folders: list[Path]) -> int:
    """Write the .mo of each .po that is newer; return how many were written."""
    written = 0
    for folder in folders:
        for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
                continue
            unfinished = target.with_suffix(".unfinished")
            polib.pofile(str(source)).save_as_mofile(str(unfinished))
            unfinished.replace(target)
            written += 1
    return written


if __name__ == "__main__":
    compile_catalogues([Path(__file__).parents[2] / "locale"])
