"""Fisher's exact test for tables of any size (Freeman and Halton), never random within its limit of work."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from iren_core.stats.proportions import Interval, clopper_pearson
from iren_core.stats.samples import Floats, Ints

TIE_TOLERANCE = 1e-7
"""Tables whose probabilities differ by less than this share count as equally probable, as in R."""
LARGEST_JOIN = 20_000_000
"""Most partial tables looked at in one step before the test turns to simulation."""
SIMULATED_TABLES = 100_000
SEED = 20000115


class ExactP(NamedTuple):
    """A p-value; ``interval`` is None when it is exact, else the 99% interval of the simulation."""

    p_value: float
    interval: Interval | None


def freeman_halton(table: Ints) -> ExactP:
    """Chance, with both margins fixed, of a table no more probable than this one.

    Parameters
    ----------
    table : (rows, columns) counts without empty rows or columns

    References
    ----------
    1. Freeman GH, Halton JH. Note on an exact treatment of contingency, goodness of fit and other problems of
       significance. Biometrika 1951;38:141-149.

    Examples
    --------
    >>> round(freeman_halton(np.array([[5, 3, 2], [0, 4, 0]])).p_value, 5)
    0.12587
    """
    counts = table if table.shape[0] <= table.shape[1] else table.T
    p = _exact(counts)
    return _simulated(counts) if p is None else ExactP(p, None)


class _Partial(NamedTuple):
    """Partial tables, filled column by column; those that agree in all three but number are pooled."""

    used: Ints  # (states, rows)
    value: Floats  # (states,) sum of log x! over the cells filled
    ways: Floats  # (states,) number of partial tables pooled


def _exact(counts: Ints) -> float | None:
    rows, columns = counts.sum(axis=1), np.sort(counts.sum(axis=0))
    partial = _Partial(np.zeros((1, len(rows)), dtype=np.int64), np.zeros(1), np.ones(1))
    for column in columns[:0:-1].tolist():
        splits = _splits(column, rows)
        if len(splits) * len(partial.ways) > LARGEST_JOIN:
            return None
        partial = _pool(_join(partial, splits, rows))
    value = partial.value + gammaln(rows - partial.used + 1).sum(axis=1)
    observed = float(gammaln(counts + 1).sum())
    margins = float(gammaln(rows + 1).sum() + gammaln(columns + 1).sum() - gammaln(counts.sum() + 1))
    extreme = value >= observed - TIE_TOLERANCE
    return min(1.0, float((partial.ways[extreme] * np.exp(margins - value[extreme])).sum()))


def _splits(total: int, rows: Ints) -> Ints:
    """Every way to share ``total`` among the rows, none above its margin."""
    splits = np.zeros((1, 0), dtype=np.int64)
    left = np.full(1, total)
    for index, margin in enumerate(rows.tolist()):
        room = int(rows[index + 1 :].sum())
        least, most = np.maximum(0, left - room), np.minimum(margin, left)
        times = most - least + 1
        source = np.repeat(np.arange(len(left)), times)
        share = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times) + least[source]
        splits = np.column_stack([splits[source], share])
        left = left[source] - share
    return splits


def _join(partial: _Partial, splits: Ints, rows: Ints) -> _Partial:
    value = gammaln(splits + 1).sum(axis=1)
    used, values, ways = [], [], []
    for split, step in zip(splits, value.tolist(), strict=True):
        fits = (partial.used + split <= rows).all(axis=1)
        used.append(partial.used[fits] + split)
        values.append(partial.value[fits] + step)
        ways.append(partial.ways[fits])
    return _Partial(np.concatenate(used), np.concatenate(values), np.concatenate(ways))


def _pool(partial: _Partial) -> _Partial:
    """Add up the partial tables that agree in what they used and in their probability."""
    base = int(partial.used.max(initial=0)) + 1
    key = partial.used @ base ** np.arange(partial.used.shape[1])
    rounded = np.round(partial.value, 9)
    order = np.lexsort((rounded, key))
    fresh = np.append(True, (np.diff(key[order]) != 0) | (np.diff(rounded[order]) != 0))
    first = order[fresh]
    ways = np.add.reduceat(partial.ways[order], np.flatnonzero(fresh))
    return _Partial(partial.used[first], partial.value[first], ways)


def _simulated(counts: Ints) -> ExactP:
    """Monte Carlo with a fixed seed: the same table always gives the same p."""
    rng = np.random.default_rng(SEED)
    column_of = np.repeat(np.arange(counts.shape[1]), counts.sum(axis=0))
    row_of = np.repeat(np.arange(counts.shape[0]), counts.sum(axis=1))
    limit = float(gammaln(counts + 1).sum()) - TIE_TOLERANCE
    cells = counts.size
    extreme = 0
    for _ in range(SIMULATED_TABLES):
        dealt = np.bincount(row_of * counts.shape[1] + rng.permutation(column_of), minlength=cells)
        extreme += math.fsum(gammaln(dealt + 1)) >= limit
    p = (extreme + 1) / (SIMULATED_TABLES + 1)
    return ExactP(p, clopper_pearson(extreme, SIMULATED_TABLES, confidence=0.99))
