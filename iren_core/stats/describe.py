"""Describe one sample: mean, standard deviation, median and quartiles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from iren_core.stats.samples import Floats, numbers

DECIMALS_FOR_TIES = 10
"""Differences are rounded so before they are ranked: 0.3 - 0.2 and 0.2 - 0.1 are one value."""


@dataclass(frozen=True)
class Description:
    """One sample described; NaN where the sample is too small.

    ``q1`` and ``q3`` follow ``quantiles``; ``sd`` has n - 1 in the denominator.
    """

    n: int
    n_missing: int
    mean: float
    sd: float
    median: float
    q1: float
    q3: float
    minimum: float
    maximum: float


def quantiles(values: Iterable[object], probabilities: Iterable[float] = (0.25, 0.5, 0.75)) -> Floats:
    """Quantiles at rank (n + 1) p, interpolated: type 6, as in SPSS and Prism.

    R's and pandas' own default is type 7.
    Missing values are left out; with no value left every quantile is NaN.

    References
    ----------
    1. Hyndman RJ, Fan Y. Sample quantiles in statistical packages. Am Stat 1996;50:361-365.

    Examples
    --------
    >>> quantiles([17, 19, 20, 31]).tolist()
    [17.5, 19.5, 28.25]
    """
    known = _known(values)
    wanted = np.asarray(list(probabilities), dtype=float)
    if known.size == 0:
        return np.full(wanted.shape, np.nan)
    return np.quantile(known, wanted, method="weibull")


def describe(values: Iterable[object]) -> Description:
    """Describe one sample; missing values are counted, not used.

    Examples
    --------
    >>> describe([1, 2, 3, None])
    Description(n=3, n_missing=1, mean=2.0, sd=1.0, median=2.0, q1=1.0, q3=3.0, minimum=1.0, maximum=3.0)
    """
    every = numbers(values, "values")
    known = every[~np.isnan(every)]
    n = len(known)
    if n == 0:
        return Description(0, len(every), *[float("nan")] * 7)
    q1, median, q3 = quantiles(known).tolist()
    sd = float(np.std(known, ddof=1)) if n > 1 else float("nan")
    return Description(
        n, len(every) - n, float(np.mean(known)), sd, median, q1, q3, float(known.min()), float(known.max())
    )


def is_constant(values: Floats) -> bool:
    """Whether the values do not vary, apart from the rounding of computer arithmetic."""
    return bool(np.ptp(values) <= 1e-14 * np.max(np.abs(values), initial=0.0)) if values.size else True


def _known(values: Iterable[object]) -> Floats:
    every = numbers(values, "values")
    return every[~np.isnan(every)]
