"""`python -m bench.search`: how good suggestions are, and how fast search is, on real questions (`make bench-search`).

`relevance` judges the ranking by links that people set, step by step, beside a plain BM25 in the same run; nothing of
the data is kept.
"""

import argparse
import os
import sys
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
PARTS = ("relevance", "folds", "replay", "typos", "duplicates", "encoders", "speed")


def main() -> int:
    """Measure and print; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all unless named")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("BENCH_SEARCH_DATA", DATA)))
    parser.add_argument("--things", type=int, default=100_000, help="indexed for the latencies of `speed`")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings.test")

    from bench import search_encoders, search_folds, search_judged, search_judges, search_relevance, search_speed

    data = search_judged.support(options.data / "support_community")
    run = {
        "relevance": lambda: search_relevance.report(data),
        "folds": lambda: search_folds.report(data),
        "replay": lambda: search_judges.replay(data),
        "typos": lambda: search_judges.typos(data),
        "duplicates": lambda: search_judges.marked(options.data / "duplicates_seamonkey"),
        "encoders": lambda: search_encoders.report(data),
        "speed": lambda: search_speed.in_process(options.data / "support_community", options.things),
    }
    missed = []
    for name in options.parts or PARTS:
        print(f"== {name}")  # noqa: T201
        if run[name]() is False:
            missed.append(name)
    if missed:
        print(f"missed: {', '.join(missed)}", file=sys.stderr)  # noqa: T201
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
