"""`manage.py import_articles` keeps every word, links translations, and says what it left out."""

import os
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image
from wagtail.images.models import Image as CmsImage
from wagtail.models import Site

from community.activity.models import Activity
from community.knowledge.models import Article
from community.knowledge.texts import plain_body
from community.portal.importing.articles import ArticleImport, ArticleReport

pytestmark = pytest.mark.django_db
PROJECT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("SHARED_DATA") or PROJECT.parent / "shared" / "data") / "kb_articles"

ENGLISH = """---
title: Change the filter
description: Ten minutes &amp; no tools.
order: 2
image: /pictures/filter.png
---
Read [how to order one](../order/) first, or [what we did in May](../may/).

## Steps

1. Switch it **off**.
2. Pull.

> Never pull while it runs.

<div><input type="checkbox"><label>
  It is off
</label></div>

![The filter](filter.png)

| Part | Size |
|------|------|
| L3   | 4 mm |

    turn --left

<script>alert(1)</script>[Press](javascript:alert(1))
"""
ORDER = "---\ntitle: Order a filter\norder: 1\n---\nWrite to us."
SPANISH = '---\nlang: es\ntitle: "Cambia el filtro"\n---\nTira.'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "en/filter": ENGLISH,
        "en/order": ORDER,
        "es/filter": SPANISH,
        "en/untitled": "---\norder: 3\n---\nText.",
        "en/plain": "No front matter.",
        "en/broken": "---\ntitle: [\n---\nText.",
        "en/foreign": "---\nlang: de\ntitle: Filter\n---\nText.",
        "xx/filter": "---\ntitle: X\n---\nText.",
    }.items():
        path = tmp_path / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (tmp_path / "en/latin.md").write_bytes("---\ntitle: Más\n---\n".encode("latin-1"))
    return tmp_path


def imported(folder: Path) -> ArticleReport:
    return ArticleImport(folder, site=Site.objects.get(is_default_site=True)).run()


def test_the_real_articles_keep_every_word_and_their_translations() -> None:
    report = imported(REAL)

    assert (report.made["en"], report.made["es"], report.made["linked pairs"]) == (13, 12, 12)
    assert report.fidelity == {"exact": 25}
    assert report.refused == []
    assert sum("a link now" in note for notes in report.noted.values() for note in notes) > 100
    assert report.pictures == 0
    metrics = Article.objects.get(slug="metrics", locale__language_code="es")
    assert metrics.title == "Métricas de código abierto"
    assert metrics.get_translations().get().slug == "metrics"
    assert "pquote" not in plain_body(metrics.body)


def test_a_second_run_changes_nothing_even_what_was_edited_since(folder: Path) -> None:
    imported(folder)
    Article.objects.filter(slug="order").update(title="Edited here")
    activities = Activity.objects.count()

    report = imported(folder)

    assert report.known == 3
    assert not report.made
    assert Article.objects.get(slug="order").title == "Edited here"
    assert Activity.objects.count() == activities


def test_a_run_that_was_stopped_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(ArticleImport, "_compare", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            imported(folder)

    report = imported(folder)

    assert report.known + report.made["en"] + report.made["es"] == 3
    assert not Article.objects.filter(live=False).exists()


def test_markdown_becomes_blocks_and_nothing_that_runs(folder: Path) -> None:
    imported(folder)

    article = Article.objects.get(slug="filter", locale__language_code="en")
    order = Article.objects.get(slug="order")
    kinds = [block.block_type for block in article.body]
    stored = str(list(article.body.raw_data))
    assert kinds == ["text", "heading", "steps", "callout", "text", "table", "code", "text"]
    assert article.summary == "Ten minutes & no tools."
    assert f'<a id="{order.pk}" linktype="page">' in stored or f'<a linktype="page" id="{order.pk}">' in stored
    assert "<script" not in stored
    assert 'href="javascript' not in stored
    assert "It is off" in plain_body(article.body)


def test_it_says_what_it_refused_and_what_it_left_out(folder: Path) -> None:
    report = imported(folder)

    assert dict(report.refused) == {
        "en/broken.md": "its front matter is not YAML",
        "en/foreign.md": "it says it is in de and stands in en",
        "en/latin.md": "it is not UTF-8",
        "en/plain.md": "it has no front matter",
        "en/untitled.md": "it has no title",
        "xx/filter.md": "there is no language xx here",
    }
    assert report.noted["en/filter.md"] == [
        "picture that is not in the folder: filter.png",
        "link that leads nowhere: ../may/",
        "front matter left out: image",
    ]


PICTURED = """---
title: With pictures
---
Look ![The filter, seen from above](../pictures/filter.png "title") and then:

1. Open it. <img src="/pictures/flap.jpg" alt="The flap">

![Elsewhere](https://example.net/a.png) ![Gone](gone.png) ![](../pictures/drawing.svg)
![Out](../../secret.png) ![Broken](broken.png)

```
![Code](../pictures/filter.png)
```
"""


@pytest.fixture
def pictured(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    for language in ("en", "es"):
        (folder / language).mkdir(parents=True)
        (folder / language / "pictured.md").write_text(PICTURED)
    (folder / "pictures").mkdir()
    picture = Image.new("RGB", (40, 30), "#0a7")
    picture.save(folder / "pictures/filter.png")
    picture.save(tmp_path / "secret.png")
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", (60, 30), "#a70").save(folder / "pictures/flap.jpg", exif=exif)
    (folder / "pictures/drawing.svg").write_text("<svg onload='alert(1)'/>")
    (folder / "en/broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno pixels")
    return folder


def test_pictures_of_the_folder_come_along_and_the_others_are_named(pictured: Path) -> None:
    report = imported(pictured)

    article = Article.objects.get(slug="pictured", locale__language_code="en")
    images = [block.value for block in article.body if block.block_type == "image"]
    assert [image["alt"] for image in images] == ["The filter, seen from above", "The flap"]
    assert [block.block_type for block in article.body] == ["text", "image", "steps", "image", "text", "code"]
    assert report.pictures == 4
    assert report.fidelity == {"exact": 2}
    assert report.noted["en/pictured.md"] == [
        "picture of another host, a link now: https://example.net/a.png",
        "picture that is not in the folder: gone.png",
        "picture refused: ../pictures/drawing.svg (Only PNG, JPEG, WebP and GIF pictures can be uploaded.)",
        "picture that is not in the folder: ../../secret.png",
        "picture refused: broken.png (This picture cannot be read.)",
    ]
    assert '<a href="https://example.net/a.png">Elsewhere</a>' in str(list(article.body.raw_data))


def test_pictures_are_encoded_again_and_stored_once_for_all_languages(pictured: Path) -> None:
    imported(pictured)

    stored = list(CmsImage.objects.order_by("pk"))
    assert len(stored) == 2
    for image in stored:
        data = image.file.read()
        assert data.startswith(b"RIFF")
        assert b"taken at home" not in data


def test_a_second_run_stores_no_picture_again_even_for_an_article_that_was_not_finished(pictured: Path) -> None:
    imported(pictured)
    unfinished = Article.objects.get(slug="pictured", locale__language_code="en")
    unfinished.body = []
    unfinished.save()

    report = imported(pictured)

    assert (report.known, report.pictures) == (1, 2)
    assert CmsImage.objects.count() == 2


def test_an_imported_picture_is_on_the_page_with_its_words(pictured: Path, client: Client) -> None:
    imported(pictured)
    article = Article.objects.get(slug="pictured", locale__language_code="en")

    page = client.get(article.path_in("en")).content.decode()

    source = re.search(r'<img src="([^"]+[.]webp)" width="40" height="30" alt="The filter, seen from above"', page)
    assert source


def test_an_article_that_cannot_be_cooked_is_refused_alone(folder: Path) -> None:
    (folder / "en/long.md").write_text("---\ntitle: Long\n---\n" + "word " * 60_000)

    report = imported(folder)

    assert [name for name, _reason in report.refused if "long" in name] == ["en/long.md"]
    assert report.made["en"] == 2
    assert not Article.objects.get(slug="long").live


def test_everything_is_recorded_as_an_import(folder: Path) -> None:
    imported(folder)

    published = Activity.objects.filter(type="knowledge.article_published")
    assert published.count() == 3
    assert set(published.values_list("origin", flat=True)) == {"import"}


def test_the_command_prints_the_report(folder: Path) -> None:
    said = StringIO()

    call_command("import_articles", folder, section="Care", verbosity=0, stdout=said)

    assert "made: 1 linked pairs, 2 en, 1 es" in said.getvalue()
    assert "en/plain.md: it has no front matter" in said.getvalue()
    assert Article.objects.get(slug="order").get_parent().title == "Care"


def test_a_folder_that_is_not_there_is_said() -> None:
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("import_articles", Path("/nowhere"))
