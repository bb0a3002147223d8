"""Everything served is ours or listed; joined, minified, small; nothing inline in any template."""

import gzip
import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings

from community.branding.bundles import BundleError, script_joined, stylesheet_joined
from community.branding.vendor import VENDOR_DIR, VendorError, check_integrity, vendor_problems, vendored_files

ROOT = Path(settings.BASE_DIR)
CSS = ROOT / "community/branding/static/css"
JS = ROOT / "community/branding/static/js"
OUR_MODULES = sorted(
    path
    for app in ("community", "forums", "ideas", "crm_sync", "search")
    for path in (ROOT / app).rglob("static/**/*.js")
    if "vendor" not in path.parts
)
OUR_TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|(?:min-|max-)?(?:width|height)|left|right|top|bottom"
    r"|float:\s*(?:left|right)|text-align:\s*(?:left|right))\s*:"
)


def gzipped(text: str) -> int:
    return len(gzip.compress(text.encode(), 9, mtime=0))


def test_vendored_files_are_what_the_list_says() -> None:
    assert list(vendor_problems()) == []


def test_a_changed_or_unlisted_file_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "vendor"
    shutil.copytree(VENDOR_DIR, folder)
    (folder / "htmx.js").write_bytes(b"alert(1)")
    (folder / "extra.js").write_bytes(b"")
    (folder / "lucide.LICENSE").unlink()

    problems = "\n".join(vendor_problems(folder))

    assert "htmx.js is not what vendor.toml says" in problems
    assert "extra.js is not listed" in problems
    assert "lucide.LICENSE, the licence of icons.svg, is missing" in problems


def test_a_tarball_that_is_not_the_registrys_is_refused() -> None:
    with pytest.raises(VendorError, match="sha512"):
        check_integrity(vendored_files()[0], b"something else", "sha512-AAAA")


def test_no_vendored_or_own_file_names_an_outside_host() -> None:
    ours = [*CSS.rglob("*.css"), *JS.rglob("*.js"), *OUR_TEMPLATES]
    outside = re.compile(r"(?:src|href|action|url\(|import)\s*=?\s*[\"'(]*https?://")

    assert [path.name for path in ours if outside.search(path.read_text())] == []


@pytest.mark.parametrize("path", OUR_TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_hold_nothing_inline(path: Path) -> None:
    text = re.sub(r"\{%.*?%\}", "", path.read_text())

    if not path.is_relative_to(ROOT / "templates/mail"):
        assert not re.search(r"<style\b", text)
        assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert not re.search(r"\|\s*safe\b|\{%\s*autoescape off", path.read_text())
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script
        assert "nonce=" in script


@pytest.mark.parametrize("path", sorted(CSS.rglob("*.css")), ids=lambda path: path.name)
def test_style_sheets_use_logical_properties_only(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/|@media[^{]*|@container[^{]*", "", path.read_text(), flags=re.DOTALL)

    assert PHYSICAL.findall(text) == []


@pytest.mark.parametrize("path", sorted(CSS.rglob("*.css")), ids=lambda path: path.name)
def test_every_block_of_a_style_sheet_is_closed(path: Path) -> None:
    text = path.read_text()  # browsers close it silently at the end, and half the sheet hides in a media query

    assert text.count("{") == text.count("}")


@pytest.mark.parametrize(
    "path", [path for path in sorted(CSS.rglob("*.css")) if path.name != "tokens.css"], ids=lambda path: path.name
)
def test_colours_come_from_tokens(path: Path) -> None:
    literal = re.findall(r"#[0-9a-fA-F]{3,8}\b", re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL))

    assert literal == []


@pytest.mark.parametrize("path", sorted(JS.glob("*.js")), ids=lambda path: path.name)
def test_modules_are_short_and_do_without_html_strings(path: Path) -> None:
    text = path.read_text()

    assert len(text.splitlines()) <= 100
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)


@pytest.mark.parametrize("path", OUR_MODULES, ids=lambda path: path.name)
def test_modules_hold_no_words_for_readers(path: Path) -> None:
    code = re.sub(r"(?m)//.*$|/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    written = re.findall(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`", code)
    words = [
        text
        for found in written
        for text in found
        if re.search(r"[A-Z][a-z]+ [a-z]|[a-z]{2,} [a-z]{2,} [a-z]{2,}", text)
    ]

    assert words == []


def test_joined_files_stay_within_the_budget() -> None:
    member = gzipped(stylesheet_joined(CSS / "tertulia.css"))
    staff = gzipped(stylesheet_joined(CSS / "staff.css"))
    app = gzipped(script_joined(JS / "app.js"))
    htmx = sum(gzipped((VENDOR_DIR / name).read_text()) for name in ("htmx.js", "hx-csp.js"))

    assert member <= 13_000, "14 kB with the brand"
    assert member + staff <= 16_000
    assert app <= 6_000
    assert app + htmx <= 22_000


def test_modules_that_share_names_cannot_be_joined(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import "./b.js";\n')
    (tmp_path / "b.js").write_text("export const two = 2;\n")

    with pytest.raises(BundleError, match="export const two"):
        script_joined(tmp_path / "a.js")


def test_a_joined_script_holds_each_module_once_in_its_own_block(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import "./b.js";\nimport "./c.js";\nconst a = 1;\n')
    (tmp_path / "b.js").write_text('import "./c.js";\n// words\nconst b = `  two // ${1}`;\n')
    (tmp_path / "c.js").write_text("const c = 3;\n")

    assert script_joined(tmp_path / "a.js").count("const c = 3;") == 1
    assert script_joined(tmp_path / "a.js").index("c = 3") < script_joined(tmp_path / "a.js").index("const b")


def test_collectstatic_writes_one_hashed_compressed_file_each(tmp_path: Path) -> None:
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "community.branding.storage.JoinedStaticFilesStorage"},
    }
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages, SERVESTATIC_KEEP_ONLY_HASHED_FILES=True):
        call_command("collectstatic", interactive=False, verbosity=0)

    sheets = sorted(path.name for path in (tmp_path / "css").rglob("*.*"))
    assert len([name for name in sheets if name.endswith(".css")]) == 2
    assert len([name for name in sheets if name.endswith((".br", ".gz"))]) == 4
    joined = next((tmp_path / "css").glob("tertulia.*.css")).read_text()
    assert "@import" not in joined
    assert joined.startswith("@layer reset")
    assert list((tmp_path / "js").glob("app.*.js.br"))
    assert not list((tmp_path / "js").glob("menu.*"))
    assert finders.find("js/menu.js")
