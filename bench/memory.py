"""`python -m bench.memory`: the resident memory of all processes of `make run`, and how fast it starts warm.

Runs on a copy of the data in VAR_DIR, after pages were read, replies written and the queue drained.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from bench.machine import tree_resident_mb
from bench.pages import bench_data, mix, read_page
from bench.server import ROOT, copy_data, prepare, running

RESIDENT_TARGET_MB = 250
FIRST_PAGE_TARGET_S = 10.0


def main() -> int:
    """Measure and print; return 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT / "var", help="copy this VAR_DIR (default: var)")
    parser.add_argument("--seconds", type=float, default=15.0, help="of reading and writing before the last look")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-memory-") as name:
        folder = Path(name)
        copy_data(options.data, folder)
        prepare(folder)
        data = bench_data(folder, "--members", "20")
        with running(folder) as (port, pid, first_page_s):
            at_start = sum(tree_resident_mb(pid).values())
            for path in [*data["paths"].values(), *data["topics"]]:
                asyncio.run(read_page(port, path, "", 1))
                asyncio.run(read_page(port, path, f"sessionid={data['sessions'][0]}", 1))
            asyncio.run(mix(port, data, lambda began: time.monotonic() - began < options.seconds))
            time.sleep(3)
            each = tree_resident_mb(pid)
    total = sum(each.values())
    print(f"first page {first_page_s:.1f} s after the command (target {FIRST_PAGE_TARGET_S:.0f} s)")  # noqa: T201
    print(  # noqa: T201
        f"resident: {at_start:.0f} MB at the start, {total:.0f} MB after {options.seconds:.0f} s of load"
        f" ({', '.join(f'{mb:.0f}' for mb in each.values())}; target {RESIDENT_TARGET_MB} MB)"
    )
    return int(total > RESIDENT_TARGET_MB or first_page_s > FIRST_PAGE_TARGET_S)


if __name__ == "__main__":
    sys.exit(main())
