"""Compare categories: Fisher's exact test, chi-squared, odds ratios."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import chdtrc, gammaln

from iren_core.errors import NotEstimable
from iren_core.stats.choice import choose_count_test
from iren_core.stats.freeman_halton import TIE_TOLERANCE, freeman_halton
from iren_core.stats.roots import crossing_outward
from iren_core.stats.samples import Floats, Ints

CONFIDENCE = 0.95


@dataclass(frozen=True)
class CountComparison:
    """A table of counts tested for association.

    method, reason : test by name, and why this one; ``method`` says so when p is simulated
    statistic, df : chi-squared and its degrees of freedom; both None for the exact test
    p_value : two-sided
    effect, estimate, low, high : 2 x 2 tables: "odds ratio (conditional)" of first row, first column, with
        its exact 95% interval. Larger: "Cramer's V", 0 to 1, without an interval (NaN)
    n, n_missing : patients in the table; patients left out of it, as told by the caller
    row_totals, column_totals : margins, with empty rows and columns as they were given
    smallest_expected, share_expected_below_5 : of the counts expected without association
    p_low, p_high : 99% limits of a simulated p; equal to p otherwise
    """

    method: str
    reason: str
    statistic: float | None
    df: float | None
    p_value: float
    effect: str
    estimate: float
    low: float
    high: float
    n: int
    n_missing: int
    row_totals: tuple[int, ...]
    column_totals: tuple[int, ...]
    smallest_expected: float
    share_expected_below_5: float
    p_low: float
    p_high: float


def compare_counts(table: Any, *, test: str = "auto", n_missing: int = 0) -> CountComparison:
    """Test whether two categories go together.

    Fisher's exact test adds up the probabilities of all tables with the same margins that are no more
    probable than the one observed (R's rule; Freeman and Halton for larger tables). Rows and columns
    without patients play no part. SciPy's ``fisher_exact`` draws random numbers for larger tables and gives
    the sample odds ratio; here nothing is random within the limit of work, and the odds ratio is the
    conditional one, as in R, solved to full precision (R's own root finding is good to three or four
    digits).

    Parameters
    ----------
    table : (rows, columns) counts, as a list, array or DataFrame
    test : "auto" (see ``choice``: always exact), "fisher", "chi-squared" (Pearson, without continuity
        correction) or "yates" (2 x 2 only, with it)
    n_missing : patients left out of the table, to be carried along

    Raises
    ------
    NotEstimable
        when a count is negative or no whole number, or when fewer than two rows or columns have patients.

    References
    ----------
    1. Fisher RA. The logic of inductive inference. J R Stat Soc 1935;98:39-82.
    2. Freeman GH, Halton JH. Biometrika 1951;38:141-149.
    3. Agresti A. Categorical data analysis. 3rd ed. Wiley; 2013, sections 3.5 and 16.6.

    Examples
    --------
    >>> result = compare_counts([[2, 12], [1, 17]])
    >>> round(result.p_value, 3), round(result.estimate, 2), round(result.high, 1)
    (0.568, 2.74, 176.8)
    """
    every = _counts(table)
    used = every[np.ix_(every.sum(axis=1) > 0, every.sum(axis=0) > 0)]
    if min(used.shape) < 2:
        raise NotEstimable(
            "An association needs patients in two rows and two columns of the table.",
            "All patients are alike in one of the two, so there is nothing to compare.",
            "Widen the selection, or choose another category.",
        )
    choice = choose_count_test(test)
    expected = np.outer(used.sum(axis=1), used.sum(axis=0)) / used.sum()
    _, chi_squared = _pearson(used, expected, corrected=False)
    df = (used.shape[0] - 1) * (used.shape[1] - 1)
    statistic: float | None = None
    if choice.test == "fisher":
        method, p, p_low, p_high = _fisher(used)
    else:
        method, statistic = _pearson(used, expected, corrected=choice.test == "yates")
        p = float(chdtrc(df, statistic))
        p_low = p_high = p
    return CountComparison(
        method,
        choice.reason,
        statistic,
        None if statistic is None else float(df),
        p,
        *_effect(used, chi_squared),
        int(used.sum()),
        n_missing,
        tuple(every.sum(axis=1).tolist()),
        tuple(every.sum(axis=0).tolist()),
        float(expected.min()),
        float((expected < 5).mean()),
        p_low,
        p_high,
    )


def _counts(table: Any) -> Ints:
    array = np.asarray(table)
    if (
        array.ndim != 2
        or array.dtype.kind not in "iuf"
        or not (array == np.floor(array)).all()
        or (array < 0).any()
    ):
        raise NotEstimable(
            "A table of counts holds whole numbers of patients in rows and columns.",
            "Something else was found.",
            "Count the patients in each cell.",
        )
    return array.astype(np.int64)


def _fisher(used: Ints) -> tuple[str, float, float, float]:
    if used.shape == (2, 2):
        p = fisher_p(used)
        return "Fisher's exact test", p, p, p
    p, simulated = freeman_halton(used)
    if simulated is None:
        return "Fisher-Freeman-Halton exact test", p, p, p
    return "Fisher-Freeman-Halton test, simulated with a fixed seed", p, *simulated


def _pearson(used: Ints, expected: Floats, *, corrected: bool) -> tuple[str, float]:
    if not corrected:
        return "Pearson's chi-squared test", float(((used - expected) ** 2 / expected).sum())
    if used.shape != (2, 2):
        raise NotEstimable(
            "Yates' continuity correction is defined for 2 x 2 tables.",
            f"This one is {used.shape[0]} x {used.shape[1]}.",
            "Choose fisher or chi-squared.",
        )
    distance = np.abs(used - expected)
    distance -= min(0.5, float(distance.min()))
    return "Chi-squared test with Yates' continuity correction", float((distance**2 / expected).sum())


def _effect(used: Ints, chi_squared: float) -> tuple[str, float, float, float]:
    if used.shape == (2, 2):
        return "odds ratio (conditional)", *conditional_odds_ratio(used)
    cramer = (chi_squared / (used.sum() * (min(used.shape) - 1))) ** 0.5
    return "Cramer's V", float(cramer), float("nan"), float("nan")


def _first_cell(table: Ints) -> tuple[Ints, Floats]:
    """Values the first cell can take with these margins, and the log of their chances (unscaled)."""
    (a, b), (c, _) = table.tolist()
    row, column, n = a + b, a + c, int(table.sum())
    values = np.arange(max(0, row + column - n), min(row, column) + 1)
    log_weight = -(
        gammaln(values + 1)
        + gammaln(row - values + 1)
        + gammaln(column - values + 1)
        + gammaln(n - row - column + values + 1)
    )
    return values, log_weight


def fisher_p(table: Ints) -> float:
    """Two-sided p of Fisher's exact test for a 2 x 2 table: tables no more probable than the observed one."""
    values, log_weight = _first_cell(table)
    weight = np.exp(log_weight - log_weight.max())
    observed = weight[values == table[0, 0]][0]
    return min(1.0, float(weight[weight <= observed * (1 + TIE_TOLERANCE)].sum() / weight.sum()))


def conditional_odds_ratio(table: Ints) -> tuple[float, float, float]:
    """Conditional maximum likelihood odds ratio of a 2 x 2 table with its exact 95% limits.

    The odds ratio under which the first cell is expected to be what it was; the limits are those under
    which so many, or so few, have a chance of 2.5%.

    Examples
    --------
    >>> [round(value, 3) for value in conditional_odds_ratio(np.array([[3, 1], [1, 3]]))]
    [6.408, 0.212, 626.244]
    """
    values, log_weight = _first_cell(table)
    observed = int(table[0, 0])
    at_least, at_most = values >= observed, values <= observed
    lowest, highest = observed == values[0], observed == values[-1]
    tail = (1 - CONFIDENCE) / 2

    def weights(log_odds: float) -> Floats:
        tilted = log_weight + values * log_odds
        weight = np.exp(tilted - tilted.max())
        shares: Floats = weight / weight.sum()
        return shares

    estimate = (
        0.0 if lowest else np.inf if highest else _odds_at(lambda z: float(weights(z) @ values) - observed)
    )
    low = 0.0 if lowest else _odds_at(lambda z: weights(z)[at_least].sum() - tail)
    high = np.inf if highest else _odds_at(lambda z: tail - weights(z)[at_most].sum())
    return float(estimate), float(low), float(high)


def _odds_at(rising: Callable[[float], float]) -> float:
    """The odds ratio at which a function that rises with the log odds ratio crosses zero."""
    return float(np.exp(crossing_outward(rising)))
