"""HTML of another community becomes Markdown without losing a word."""

import pytest

from community.core.markup import cook
from community.portal.importing.html_to_markdown import html_to_markdown


def cooked(html):
    return cook(html_to_markdown(html).markdown).html


def test_form_survives():
    html = cooked("<p>Try <strong>this</strong>:</p><ol><li>Quit</li><li>Start <code>tb -p</code></li></ol>")

    assert "<strong>this</strong>" in html
    assert html.count("<li") == 2
    assert "<code>tb -p</code>" in html


@pytest.mark.parametrize(
    "text",
    [
        "# not a heading",
        "1. not a list",
        "a * b * c",
        "_name_ and __init__",
        "[x](y)",
        "C:\\new\\file",
        "> no quote",
        "~~~",
    ],
)
def test_text_that_looks_like_markdown_stays_text(text):
    converted = html_to_markdown(f"<p>{text.replace('>', '&gt;')}</p>")

    assert converted.fidelity in ("exact", "plain")


def test_a_picture_of_another_host_becomes_a_link():
    html = cooked('<p><img src="https://example.com/a/shot.png" alt="the error"></p>')

    assert "<img" not in html
    assert '<a href="https://example.com/a/shot.png"' in html
    assert ">the error</a>" in html


def test_a_path_of_the_old_site_leads_nowhere():
    html = cooked('<p>See <a href="/questions/12">the other thread</a>.</p>')

    assert "<a" not in html
    assert "the other thread" in html


def test_script_goes_with_its_text_and_comments_go():
    converted = html_to_markdown("<p>Hello</p><script>window.__pwned = 1</script><!-- note -->")

    assert converted.markdown == "Hello"
    assert converted.fidelity == "exact"
