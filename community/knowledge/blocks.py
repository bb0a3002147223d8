"""What the body of an article or blog post is made of: a small set, so that every one looks right on our pages."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.images.blocks import ImageChooserBlock

FEATURES = ["bold", "italic", "code", "link", "ol", "ul", "blockquote", "hr", "strikethrough"]
"""What the editor of running text offers; everything else is a block of its own."""
LINE_FEATURES = ["bold", "italic", "code", "link"]
ALT_LENGTH = 300


class HeadingBlock(blocks.StructBlock):
    """A heading; the page itself has the first level."""

    text = blocks.CharBlock(label=_("Text"), max_length=300)
    level = blocks.ChoiceBlock(
        label=_("Level"),
        choices=[("2", _("Section")), ("3", _("Part of a section")), ("4", _("Small heading"))],
        default="2",
        search_index=False,
    )

    class Meta:
        label = _("Heading")
        icon = "title"
        template = "knowledge/blocks/heading.html"
        label_format = "{text}"


class CodeBlock(blocks.StructBlock):
    """Code, a command or what a machine said, letter by letter."""

    code = blocks.TextBlock(label=_("Code"))
    language = blocks.CharBlock(label=_("Language"), required=False, max_length=20, search_index=False)

    class Meta:
        label = _("Code")
        icon = "code"
        template = "knowledge/blocks/code.html"


class CalloutBlock(blocks.StructBlock):
    """A paragraph that must not be missed."""

    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[("note", _("Note")), ("tip", _("Tip")), ("warning", _("Warning"))],
        default="note",
        search_index=False,
    )
    text = blocks.RichTextBlock(label=_("Text"), features=[*LINE_FEATURES, "ol", "ul"])

    class Meta:
        label = _("Callout")
        icon = "warning"
        template = "knowledge/blocks/callout.html"


class PictureBlock(blocks.StructBlock):
    """A picture, said in words for those who do not see it."""

    image = ImageChooserBlock(label=_("Image"))
    alt = blocks.CharBlock(
        label=_("What it shows"), max_length=ALT_LENGTH, help_text=_("For readers who do not see it. One sentence.")
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)

    class Meta:
        label = _("Image")
        icon = "image"
        template = "knowledge/blocks/image.html"


class TableBlock(TypedTableBlock):
    """A table with one row of headings."""

    text = blocks.RichTextBlock(label=_("Text"), features=LINE_FEATURES)

    class Meta:
        label = _("Table")
        icon = "table"
        template = "knowledge/blocks/table.html"


BODY_BLOCKS = [
    ("text", blocks.RichTextBlock(label=_("Text"), features=FEATURES, template="knowledge/blocks/text.html")),
    ("heading", HeadingBlock()),
    (
        "steps",
        blocks.ListBlock(
            blocks.RichTextBlock(label=_("Step"), features=[*LINE_FEATURES, "ul"]),
            label=_("Steps"),
            icon="list-ol",
            template="knowledge/blocks/steps.html",
        ),
    ),
    ("callout", CalloutBlock()),
    ("code", CodeBlock()),
    ("image", PictureBlock()),
    ("table", TableBlock()),
]
