"""`python -m bench.search`: how good suggestions are, and how fast search is, on real questions (`make bench-search`).

`relevance` judges the ranking by links that people set, step by step, beside a plain BM25 in the same run; nothing of
the data is kept.
"""

import argparse
import os
import sys
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
PARTS = ("relevance",)


def main() -> int:
    """Measure and print; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all unless named")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("BENCH_SEARCH_DATA", DATA)))
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.test")

    from bench import search_judged, search_relevance

    data = search_judged.support(options.data / "support_community")
    return int(not search_relevance.report(data))


if __name__ == "__main__":
    sys.exit(main())
