"""Files of other projects that we serve: what they are, fetched once, checked for ever.

`static/vendor/vendor.toml` lists each file with its package, version, SHA-384 and licence. Fetching needs a network and
an npm registry (the one npm is configured for); checking needs neither, so CI re-hashes the files offline.
"""

import base64
import configparser
import hashlib
import io
import json
import os
import re
import tarfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

VENDOR_DIR = Path(__file__).parent / "static" / "vendor"
TIMEOUT_S = 60


class VendorError(Exception):
    """A vendored file is missing, altered or could not be fetched; the message names it."""


@dataclass(frozen=True)
class VendoredFile:
    """One file we serve, or the sprite cut from several."""

    package: str
    version: str
    source: tuple[str, ...]
    """Paths inside the package; several for the icon sprite."""
    file: str
    sha384: str
    licence: str
    licence_source: str
    licence_file: str
    join: str = ""
    """`sprite` cuts symbols out of icon files; empty copies the one file."""


def vendored_files(folder: Path = VENDOR_DIR) -> list[VendoredFile]:
    """Return what `vendor.toml` lists, in its order."""
    rows = tomllib.loads((folder / "vendor.toml").read_text())["file"]
    return [VendoredFile(**{**row, "source": tuple(row["source"])}) for row in rows]


def vendor_problems(folder: Path = VENDOR_DIR) -> Iterator[str]:
    """Yield a sentence for each file that is missing, altered, unlisted or without its licence text."""
    listed = {"vendor.toml"}
    for item in vendored_files(folder):
        listed |= {item.file, item.licence_file}
        path = folder / item.file
        if not path.is_file():
            yield f"{item.file} is missing; run manage.py vendor"
        elif sha384_of(path.read_bytes()) != item.sha384:
            yield f"{item.file} is not what vendor.toml says (sha384 differs)"
        if not (folder / item.licence_file).is_file():
            yield f"{item.licence_file}, the licence of {item.file}, is missing"
    for path in sorted(folder.iterdir()):
        if path.name not in listed:
            yield f"{path.name} is not listed in vendor.toml"


def vendor_fetch(item: VendoredFile, folder: Path = VENDOR_DIR) -> str:
    """Fetch `item` from the registry, write it and its licence, and return the SHA-384 of what was written.

    Raises: VendorError when the tarball does not match the SHA-512 the registry states.
    """
    registry = registry_url()
    with urlopen(f"{registry}/{quote(item.package, safe='@')}", timeout=TIMEOUT_S) as reply:  # noqa: S310 https or configured
        dist = json.load(reply)["versions"][item.version]["dist"]
    # The tarball is asked of the configured registry, whatever host a mirror's metadata names.
    with urlopen(registry + urlsplit(dist["tarball"]).path[len(urlsplit(registry).path) :], timeout=TIMEOUT_S) as reply:  # noqa: S310
        tarball = reply.read()
    check_integrity(item, tarball, dist["integrity"])
    contents = _unpack(tarball, {*item.source, item.licence_source})
    body = sprite_of(item, contents) if item.join == "sprite" else contents[item.source[0]]
    (folder / item.file).write_bytes(body)
    (folder / item.licence_file).write_bytes(contents[item.licence_source])
    return sha384_of(body)


def check_integrity(item: VendoredFile, tarball: bytes, integrity: str) -> None:
    """Compare `tarball` with npm's integrity string (`sha512-<base64>`). Raises: VendorError."""
    stated = integrity.partition("sha512-")[2].split()[0] if "sha512-" in integrity else ""
    if not stated or base64.b64encode(hashlib.sha512(tarball).digest()).decode() != stated:
        raise VendorError(f"{item.package} {item.version}: the tarball is not what the registry says (sha512)")


def sprite_of(item: VendoredFile, contents: dict[str, bytes]) -> bytes:
    """Join icon files into one sprite of `<symbol>`s named after the files."""
    symbols = []
    for source in item.source:
        inside = re.search(r"<svg[^>]*>(.*)</svg>", contents[source].decode(), re.DOTALL)
        if inside is None:
            raise VendorError(f"{source} is no svg")
        shapes = re.sub(r"\s*\n\s*", "", inside[1]).replace(" />", "/>")
        symbols.append(f'<symbol id="{Path(source).stem}" viewBox="0 0 24 24">{shapes}</symbol>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg"><!-- {item.package} {item.version}, {item.licence} licence -->'
    return "\n".join([head, *symbols, "</svg>", ""]).encode()


def sha384_of(body: bytes) -> str:
    """Return the hash as vendor.toml and the integrity attribute write it."""
    return base64.b64encode(hashlib.sha384(body).digest()).decode()


def registry_url() -> str:
    """Return npm's configured registry without its last slash. Raises: VendorError when none is configured."""
    url = os.environ.get("NPM_CONFIG_REGISTRY") or _npmrc_registry()
    if not url:
        raise VendorError("No registry: set NPM_CONFIG_REGISTRY, or `registry=` in an .npmrc")
    return url.rstrip("/")


def _npmrc_registry() -> str:
    """Return `registry` of the nearest .npmrc: the project's, then the person's, then the machine's."""
    for path in (Path(".npmrc"), Path.home() / ".npmrc", Path("/etc/npmrc")):
        if path.is_file():
            parser = configparser.ConfigParser(interpolation=None, strict=False)
            parser.optionxform = str  # type: ignore[assignment,method-assign]
            parser.read_string("[npm]\n" + path.read_text())
            if url := parser["npm"].get("registry", ""):
                return url
    return ""


def _unpack(tarball: bytes, wanted: set[str]) -> dict[str, bytes]:
    """Return the wanted members of an npm tarball, whose first folder may have any name."""
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        found = {
            name: archive.extractfile(member).read()  # type: ignore[union-attr]
            for member in archive.getmembers()
            if member.isfile() and (name := member.name.partition("/")[2]) in wanted
        }
    if missing := wanted - found.keys():
        raise VendorError(f"not in the package: {', '.join(sorted(missing))}")
    return found
