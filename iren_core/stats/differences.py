"""Order statistics of all differences between two samples, and of all means of pairs, without a list of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from iren_core.stats.samples import Floats, Ints

#: So many differences are sorted outright.
_FEW = 2_000_000


def ordered_differences(first: Floats, second: Floats, ranks: tuple[int, ...]) -> tuple[float, ...]:
    """The differences of a value of the one sample and a value of the other that have these ranks, 1 the smallest.

    Of more than two million, pivots narrow down for each value of ``first`` which values of ``second`` can still make
    the wanted difference; the result is the same to the last digit.

    Parameters
    ----------
    first, second : values of the samples, none missing, neither empty
    ranks : each between 1 and the number of differences

    References
    ----------
    1. Johnson DB, Mizoguchi T. Selecting the Kth element in X + Y and X1 + X2 + ... + Xm. SIAM J Comput
       1978;7:147-153.

    Examples
    --------
    >>> ordered_differences(np.array([17.0, 19.0]), np.array([29.0, 31.0]), (1, 4))
    (-14.0, -10.0)
    """
    if first.size * second.size <= _FEW:
        differences = np.sort(np.subtract.outer(first, second).ravel())
        return tuple(float(differences[rank - 1]) for rank in ranks)
    rows, falling = np.sort(first), np.sort(second)[::-1]
    every = np.zeros(len(rows), dtype=np.int64)
    return tuple(_ranked(rows, falling, every, rank) for rank in ranks)


def ordered_pair_means(values: Floats, ranks: tuple[int, ...]) -> tuple[float, ...]:
    """The means of two values of the sample, each pair once and each value with itself, that have these ranks.

    See ``ordered_differences``; of n values there are n (n + 1) / 2 such means.

    Examples
    --------
    >>> ordered_pair_means(np.array([1.0, 2.0, 6.0]), (1, 3, 6))
    (1.0, 2.0, 6.0)
    """
    ascending = np.sort(values)
    if values.size**2 <= _FEW:
        rows, columns = np.triu_indices(values.size)
        means = np.sort((ascending[rows] + ascending[columns]) / 2)
        return tuple(float(means[rank - 1]) for rank in ranks)
    above = np.arange(values.size)
    return tuple(_ranked(ascending, -ascending, above, rank) / 2 for rank in ranks)


def median_with_limits(
    ordered: Callable[[tuple[int, ...]], tuple[float, ...]], count: int, rank: int
) -> tuple[float, float, float]:
    """The median of so many values, and the two that stand at ``rank`` from either end: NaN where that is 0.

    ordered : gives the values that have some ranks, 1 the smallest

    >>> median_with_limits(lambda ranks: tuple(10.0 * rank for rank in ranks), 4, 1)
    (25.0, 10.0, 40.0)
    """
    limits = (rank, count - rank + 1) if rank else ()
    below, above, *interval = ordered(((count + 1) // 2, count // 2 + 1, *limits))
    low, high = interval or (float("nan"), float("nan"))
    return (below + above) / 2, low, high


def _ranked(rows: Floats, falling: Floats, first: Ints, rank: int) -> float:
    """The difference of this rank; in each row, the differences with one value of the first sample, they ascend.

    ``first`` is where each row begins; ``start`` and ``stop`` bound the differences that have not been ruled out.
    """
    start, stop = first, np.full(len(rows), len(falling))
    while (left := int((stop - start).sum())) > _FEW:
        pivot = _middle_of_middles(rows, falling, start, stop)
        below = np.maximum(first, _places(rows, falling, pivot, "left"))
        if int((below - first).sum()) >= rank:
            stop = np.maximum(start, np.minimum(stop, below))
            continue
        up_to = np.maximum(first, _places(rows, falling, pivot, "right"))
        if int((up_to - first).sum()) >= rank:
            return pivot
        start = np.minimum(stop, np.maximum(start, up_to))
    row = np.repeat(np.arange(len(rows)), stop - start)
    column = np.arange(left) - np.repeat(np.cumsum(stop - start) - (stop - start), stop - start) + start[row]
    place = rank - 1 - int((start - first).sum())
    return float(np.partition(rows[row] - falling[column], place)[place])


def _middle_of_middles(rows: Floats, falling: Floats, start: Ints, stop: Ints) -> float:
    """The median of the rows' medians, each with the weight of what is left in its row: a quarter lies on each side."""
    open_ = np.flatnonzero(stop > start)
    middles = rows[open_] - falling[(start[open_] + stop[open_]) // 2]
    order = np.argsort(middles, kind="stable")
    weight = np.cumsum((stop - start)[open_][order])
    return float(middles[order[np.searchsorted(weight, weight[-1] / 2)]])


def _places(rows: Floats, falling: Floats, pivot: float, side: str) -> Ints:
    """How many differences of each row are smaller than the pivot ("left"), or no larger ("right")."""
    low, high = np.zeros(len(rows), dtype=np.int64), np.full(len(rows), len(falling))
    while (open_ := low < high).any():
        middle = (low + high) // 2
        difference = rows - falling[np.minimum(middle, len(falling) - 1)]
        before = difference < pivot if side == "left" else difference <= pivot
        low = np.where(open_ & before, middle + 1, low)
        high = np.where(open_ & ~before, middle, high)
    return low
