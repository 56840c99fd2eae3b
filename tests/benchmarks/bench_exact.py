"""Time the exact tests, beside R's where Rscript is there. Run by hand: ``python tests/benchmarks/bench_exact.py``."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable

import numpy as np

from iren_core.stats.counts import compare_counts
from iren_core.stats.paired import compare_pairs
from iren_core.stats.rank_sum import mann_whitney

SEED = 3
TABLES = ((3, 3, 300), (3, 4, 200), (4, 4, 60), (3, 3, 2000), (4, 4, 160), (5, 5, 80))


def seconds(work: Callable[[], object]) -> float:
    """The shortest of three runs."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def r_seconds(call: str) -> float | None:
    """Seconds that R takes for a call, its own start left out; None without R."""
    if shutil.which("Rscript") is None:
        return None
    script = f"cat(system.time({call})[[3]])"
    answer = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True)
    return float(answer.stdout)


def report(name: str, ours: float, theirs: float | None) -> None:
    """One line: our seconds, R's, and the ratio."""
    beside = "" if theirs is None else f"   R {theirs:8.3f} s   ratio {ours / max(theirs, 1e-3):6.2f}"
    print(f"{name:36s} {ours:8.3f} s{beside}")


def main() -> None:
    """Print all timings."""
    rng = np.random.default_rng(SEED)
    for rows, columns, n in TABLES:
        table = rng.multinomial(n, [1 / (rows * columns)] * (rows * columns)).reshape(rows, columns)
        call = f"fisher.test(matrix(c({','.join(map(str, table.T.ravel()))}), {rows}), workspace = 2e8)"
        report(
            f"Fisher {rows} x {columns}, n = {n}", seconds(lambda t=table: compare_counts(t)), r_seconds(call)
        )
    first, second = rng.normal(20, 6, 200), rng.normal(21, 6, 200)
    x, y = (",".join(f"{value:.6f}" for value in sample) for sample in (first, second))
    call = f"wilcox.test(c({x}), c({y}), exact = TRUE)"
    report("Mann-Whitney 200 and 200", seconds(lambda: mann_whitney(first, second)), r_seconds(call))
    days = np.round(first), np.round(second)
    report("Mann-Whitney 200 and 200, whole days", seconds(lambda: mann_whitney(*days)), None)
    report("Wilcoxon, 200 pairs", seconds(lambda: compare_pairs(*days, test="wilcoxon")), None)


if __name__ == "__main__":
    main()
