"""How results are ranked: every number in one place, so that the benchmark can move them and all engines follow."""

import math

from community.activity.subjects import SearchDocument

TITLE_REPEATS = 3
"""How often the title stands in the field that is searched, before the body."""
TITLE_WEIGHT = 0.3
"""Weight of the clause on the title alone."""
SYNONYM_WEIGHT = 0.8
TYPO_WEIGHT = 0.3
TYPO_LENGTH = 4
"""Words of so many letters may have one of them wrong."""
SIMILAR_BODY_LENGTH = 300
"""Characters of a body that count when things like it are looked for."""
SIMILAR_BODY_WEIGHT = 0.4
SIMILAR_TERMS = 30


def factors_of(document: SearchDocument) -> dict[str, float]:
    """Return what the score of a document's text is multiplied by."""
    votes = max(0.0, float(document.signals.get("votes", 0.0)))
    return {
        "solved": 1.1 if document.solved else 1.0,
        "votes": 1.0 + 0.02 * min(5.0, math.log2(1.0 + votes)),
        "reply": 0.9 if document.type in ("answer", "reply") and not document.solved else 1.0,
    }


def factor_of(document: SearchDocument) -> float:
    """Return the product of the factors."""
    return math.prod(factors_of(document).values())
