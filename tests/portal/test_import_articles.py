"""`manage.py import_articles` keeps every word, links translations, and says what it left out."""

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
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
    assert sum(note.startswith("picture") for notes in report.noted.values() for note in notes) > 100
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
        "picture left out: filter.png",
        "link that leads nowhere: ../may/",
        "front matter left out: image",
    ]


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
