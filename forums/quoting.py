"""Quotes of some words of a post."""

MAX_QUOTED = 1_500
"""Characters of selected words that are taken."""


def words_quoted(quotation: str, words: str) -> str:
    """Return the Markdown quotation of a whole post with its text replaced by `words`; who said it stays.

    Args:
        quotation: as `forums.selectors.post_to_quote` returns it: quoted lines, an empty one, the place.
    """
    place = quotation.rstrip().rsplit("\n", 1)[-1]
    lines = [line.strip() for line in words[:MAX_QUOTED].strip().splitlines()]
    return "\n".join([*(f"> {line}".rstrip() for line in lines), ">", place]) + "\n\n"
