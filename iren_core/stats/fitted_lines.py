"""Lines through a cloud of points: the straight one, and one that only has to keep its direction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from iren_core.errors import NotEstimable
from iren_core.stats.describe import is_constant
from iren_core.stats.samples import Floats, paired_numbers

CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class FittedLine:
    """A line through points, at ascending values of the first number.

    method : what kind of line
    at, fit : its corners, in the units of the two numbers
    low, high : 95% interval of the mean at each corner; NaN where the method has none
    """

    method: str
    at: Floats
    fit: Floats
    low: Floats
    high: Floats


def straight_line(x: Iterable[object], y: Iterable[object], *, corners: int = 41) -> FittedLine:
    """The least-squares line of ``y`` on ``x`` with the 95% interval of the mean, at evenly spaced values.

    Patients lacking either number are left out.

    Raises
    ------
    NotEstimable
        when fewer than three patients have both numbers, or ``x`` does not vary.

    Examples
    --------
    >>> straight_line([1, 2, 3], [2, 4, 6], corners=3).fit.tolist()
    [2.0, 4.0, 6.0]
    """
    first, second = _complete(x, y)
    n = len(first)
    if n < 3 or is_constant(first):
        raise NotEstimable(
            "A straight line needs three patients with both numbers, and a first number that varies.",
            f"There are {n} patients." if n < 3 else "The first number is the same in every patient.",
            "Widen the selection, or choose another variable.",
        )
    offset = first - first.mean()
    spread = float(offset @ offset)
    slope = float(offset @ second) / spread
    residual = second - second.mean() - slope * offset
    variance = float(residual @ residual) / (n - 2)
    at = np.linspace(first.min(), first.max(), corners)
    fit = second.mean() + slope * (at - first.mean())
    error = np.sqrt(variance * (1 / n + (at - first.mean()) ** 2 / spread))
    half = float(stdtrit(n - 2, (1 + CONFIDENCE) / 2)) * error
    return FittedLine("least-squares line", at, fit, fit - half, fit + half)


def monotone_line(x: Iterable[object], y: Iterable[object], *, rising: bool) -> FittedLine:
    """The line closest to the points among all that never turn back (isotonic regression).

    It belongs to a rank correlation as the straight line belongs to Pearson's: it shows a direction without
    claiming a shape. Patients with the same ``x`` are averaged; those lacking either number are left out. With a
    single patient it is a point, with none it is empty.

    Parameters
    ----------
    rising : whether the line may only rise, or only fall

    References
    ----------
    1. Barlow RE, Bartholomew DJ, Bremner JM, Brunk HD. Statistical inference under order restrictions. Wiley; 1972.

    Examples
    --------
    >>> monotone_line([1, 2, 3, 4], [5, 3, 4, 9], rising=True).fit.tolist()
    [4.0, 4.0, 4.0, 9.0]
    """
    first, second = _complete(x, y)
    at, place = np.unique(first, return_inverse=True)
    weights = np.bincount(place, minlength=len(at)).astype(float)
    means = np.bincount(place, weights=second, minlength=len(at)) / weights
    direction = 1.0 if rising else -1.0
    fit = direction * _pooled(direction * means, weights)
    unknown = np.full(at.shape, np.nan)
    return FittedLine("isotonic regression", at, fit, unknown, unknown)


def _complete(x: Iterable[object], y: Iterable[object]) -> tuple[Floats, Floats]:
    first, second = paired_numbers(x, y, "first numbers", "second numbers")
    known = ~(np.isnan(first) | np.isnan(second))
    return first[known], second[known]


def _pooled(means: Floats, weights: Floats) -> Floats:
    """Pool adjacent violators: neighbours in the wrong order take their common mean until none is left."""
    blocks: list[tuple[float, float, int]] = []
    for mean, weight in zip(means.tolist(), weights.tolist(), strict=True):
        block = (mean, weight, 1)
        while blocks and blocks[-1][0] > block[0]:
            before = blocks.pop()
            total = before[1] + block[1]
            common = (before[0] * before[1] + block[0] * block[1]) / total
            block = (common, total, before[2] + block[2])
        blocks.append(block)
    return np.repeat([block[0] for block in blocks], [block[2] for block in blocks]).astype(float)
