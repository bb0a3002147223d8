"""The cooker: what Markdown becomes, and what never comes out of it."""

import pytest

from community.core.errors import Invalid
from community.core.markup import MAX_LENGTH, cook, excerpt, is_clean, plain_text, safe_url
from tests.core.inertness import faults


def html_of(raw: str) -> str:
    """Cook without mentions, and drop what every block carries."""
    return cook(raw).html.replace(' dir="auto"', "").strip()


COMMONMARK = [
    ("Hello *you* and **you**", "<p>Hello <em>you</em> and <strong>you</strong></p>"),
    ("# One\n## Two\n###### Six", "<h3>One</h3>\n<h4>Two</h4>\n<h6>Six</h6>"),
    ("One\n===\n\nTwo\n---", "<h3>One</h3>\n<h4>Two</h4>"),
    ("a\\\nb", "<p>a<br>\nb</p>"),
    ("a\nb", "<p>a\nb</p>"),
    ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
    ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
    ("- a\n\n- b", "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>"),
    ("> a\n> b", "<blockquote>\n<p>a\nb</p>\n</blockquote>"),
    ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
    ("``a`b``", "<p><code>a`b</code></p>"),
    ("    code", '<pre tabindex="0"><code>code\n</code></pre>'),
    ("```py\nx < 1\n```", '<pre tabindex="0"><code>x &lt; 1\n</code></pre>'),
    ("---", "<hr>"),
    (
        "[a](https://b.example/c?d=1&e=2)",
        '<p><a href="https://b.example/c?d=1&amp;e=2" rel="nofollow ugc noopener">a</a></p>',
    ),
    ("[a][r]\n\n[r]: /t/1/", '<p><a href="/t/1/" rel="nofollow ugc noopener">a</a></p>'),
    ('[a](/t/1/ "title")', '<p><a href="/t/1/" rel="nofollow ugc noopener">a</a></p>'),
    ("<https://a.example>", '<p><a href="https://a.example" rel="nofollow ugc noopener">https://a.example</a></p>'),
    ("<me@a.example>", '<p><a href="mailto:me@a.example" rel="nofollow ugc noopener">me@a.example</a></p>'),
    ("\\*a\\*", "<p>*a*</p>"),
    ("&copy; &amp; &lt;", "<p>© &amp; &lt;</p>"),
    ("~~a~~", "<p><s>a</s></p>"),
    ("|a|b|\n|-|-|\n|1|2|", None),
    ("***a** b*", "<p><em><strong>a</strong> b</em></p>"),
    ("snake_case_word", "<p>snake_case_word</p>"),
    ("<kbd>Ctrl</kbd> H<sub>2</sub>O", "<p><kbd>Ctrl</kbd> H<sub>2</sub>O</p>"),
    ("1 < 2 && 3 > 2", "<p>1 &lt; 2 &amp;&amp; 3 &gt; 2</p>"),
]


@pytest.mark.parametrize(("raw", "expected"), COMMONMARK)
def test_markdown_reads_as_commonmark_says(raw: str, expected: str | None) -> None:
    if expected is None:
        assert "<th>a</th>" in html_of(raw)
        assert "<td>2</td>" in html_of(raw)
    else:
        assert html_of(raw) == expected


def test_every_block_takes_its_direction_from_its_own_text() -> None:
    assert cook("שלום\n\n- مرحبا").html.count('dir="auto"') == 3


def test_code_can_be_reached_by_keyboard() -> None:
    assert '<pre tabindex="0">' in cook("```\nx\n```").html


def test_raw_html_keeps_its_meaning_and_loses_what_acts() -> None:
    raw = '<p id="x" name="y" class="btn" style="position:fixed" data-hx-get="/x" hx-get="/x" onclick="x()">Hi</p>'

    assert cook(raw).html.strip() == '<p dir="auto">Hi</p>'


@pytest.mark.parametrize(
    "tag",
    [
        "form",
        "input",
        "textarea",
        "select",
        "button",
        "label",
        "iframe",
        "object",
        "embed",
        "svg",
        "math",
        "style",
        "link",
        "meta",
        "base",
        "script",
        "template",
        "noscript",
        "video",
        "audio",
        "frame",
        "dialog",
    ],
)
def test_nothing_that_acts_or_asks_for_input_survives(tag: str) -> None:
    html = cook(f"a <{tag} name=x action=//evil href=//evil src=//evil>b</{tag}> c").html

    assert f"<{tag}" not in html
    assert faults(html) == []


def test_pictures_of_ours_stay_and_others_become_links() -> None:
    cooked = cook("![a lock](/media/post/7/x.webp) ![theirs](https://e.example/i.png) <img src=http://e.example/j.png>")

    assert '<img src="/media/post/7/x.webp" alt="a lock" loading="lazy">' in cooked.html
    assert cooked.images == ("/media/post/7/x.webp",)
    assert '<a href="https://e.example/i.png" rel="nofollow ugc noopener">theirs</a>' in cooked.html
    assert '<a href="http://e.example/j.png" rel="nofollow ugc noopener">http://e.example/j.png</a>' in cooked.html


def test_a_foreign_picture_in_a_link_leaves_the_link() -> None:
    assert html_of("[![alt](https://e.example/i.png)](https://y.example)") == (
        '<p><a href="https://y.example" rel="nofollow ugc noopener">alt</a></p>'
    )


def test_a_path_that_climbs_out_of_the_pictures_is_no_picture_of_ours() -> None:
    assert "<img" not in cook("![x](/media/../staff/secret) ![y](/media/%2e%2e/z)").html


def test_bare_addresses_become_links_without_the_sentence_around_them() -> None:
    html = html_of("See https://a.example/b_(c)?d=1&e=2, or (https://f.example). `https://code.example`")

    assert (
        '<a href="https://a.example/b_(c)?d=1&amp;e=2" rel="nofollow ugc noopener">https://a.example/b_(c)?d=1&amp;e=2</a>,'
        in html
    )
    assert '(<a href="https://f.example" rel="nofollow ugc noopener">https://f.example</a>).' in html
    assert "<code>https://code.example</code>" in html


def test_mentions_are_asked_for_once_and_only_where_text_is() -> None:
    asked: list[frozenset[str]] = []

    def resolve(handles: frozenset[str]) -> dict[str, str]:
        asked.append(handles)
        return {"ana": "/m/ana/", "jo-ann": "/m/jo-ann/"}

    cooked = cook(
        "@Ana, @jo-ann! @nobody `@code` a@ana.example [@ana](/x) https://x.example/@ana", resolve_mentions=resolve
    )

    assert asked == [frozenset({"ana", "jo-ann", "nobody"})]
    assert cooked.mentions == ("ana", "jo-ann")
    assert '<a href="/m/ana/" rel="nofollow ugc noopener">@Ana</a>,' in cooked.html
    assert "@nobody <code>@code</code> a@ana.example" in cooked.html


def test_a_text_names_at_most_ten_members() -> None:
    seen: list[frozenset[str]] = []

    cook(" ".join(f"@member-{n}" for n in range(40)), resolve_mentions=lambda handles: seen.append(handles) or {})

    assert len(seen[0]) == 10


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://a.example/x y", "https://a.example/xy"),
        ("HTTP://A.example", "HTTP://A.example"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("/t/1/", "/t/1/"),
        ("#post-3", "#post-3"),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("/\t/evil.example", None),
        ("\\\\evil.example", None),
        ("t/1/", None),
        ("", None),
        ("javascript:x", None),
        ("java\tscript:x", None),
        ("\u2028javascript:x", None),
        ("\x01javascript:x", None),
        ("java%09script:x", None),
        ("JaVaScRiPt:x", None),
        ("vbscript:x", None),
        ("data:text/html,x", None),
        ("jar:https://a.example!/x", None),
        ("feed:https://a.example", None),
        ("view-source:https://a.example", None),
        ("blob:https://a.example/x", None),
        ("file:///etc/passwd", None),
        ("http:evil", None),
        ("http:\\\\evil.example", None),
        ("https://good.example@evil.example/", None),
        ("https://a.example\\@evil.example", None),
        ("mailto:a@b.example%0d%0abcc:x@y.example", None),
        ("https:/\u200b/a.example", "https://a.example"),
    ],
)
def test_addresses_are_judged_without_control_characters_and_spaces(url: str, kept: str | None) -> None:
    assert safe_url(url) == kept


def test_plain_text_keeps_blocks_apart_and_describes_pictures() -> None:
    html = cook("# A\n\nb *c* &amp; <b>d</b>\n\n- e\n- f ![g](/media/post/1/h.webp)\n\nx<br>y").html

    assert plain_text(html) == "A\nb c & d\ne\nf g\nx\ny"


def test_excerpts_end_at_a_word() -> None:
    assert excerpt(cook("one two three four").html, length=10) == "one two…"
    assert excerpt(cook("one two").html, length=10) == "one two"


def test_too_long_a_text_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(Invalid):
        cook("x" * (MAX_LENGTH + 1))


def test_null_bytes_and_control_characters_are_dropped() -> None:
    assert html_of("a\x00b\x07c\x9bd") == "<p>abcd</p>"


def test_cooked_html_is_clean() -> None:
    assert is_clean(cook("a <b>b</i> https://c.example ![d](http://e.example)").html)
