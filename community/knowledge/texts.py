"""The words of a page."""

import re

from django.utils.text import Truncator
from wagtail.blocks import StreamValue

EXCERPT_LENGTH = 200


def plain_body(body: StreamValue) -> str:
    """Return the words of a body, a line for each of its parts. Queries: 0."""
    said = body.stream_block.get_searchable_content(body)
    lines = (" ".join(line.split()) for text in said for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def beginning(body: StreamValue) -> str:
    """Return the first words of a body on one line."""
    return Truncator(" ".join(plain_body(body).split())).chars(EXCERPT_LENGTH)


def words_of_body(body: StreamValue) -> list[str]:
    """Return the words of a body in order, those about its pictures left out."""
    parts = (block for block in body if block.block_type != "image")
    return re.findall(
        r"\w+", "\n".join(text for part in parts for text in part.block.get_searchable_content(part.value))
    )
