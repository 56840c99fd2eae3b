"""How strongly two numbers go together: Pearson, Spearman, Kendall."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri, stdtr

from iren_core.errors import NotEstimable
from iren_core.stats.choice import choose_correlation
from iren_core.stats.describe import is_constant
from iren_core.stats.exact import doubled_midranks
from iren_core.stats.samples import Floats, Ints, paired_numbers

SPEARMAN_EXACT_UP_TO = 10
KENDALL_EXACT_BELOW = 50
#: Of more patients than these, pairs are not compared one by one.
MOST_IN_A_SQUARE = 1000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Correlation:
    """How strongly two numbers go together.

    method, reason : coefficient and test by name, and why this one
    statistic, df : t with n - 2 degrees of freedom (Pearson, and Spearman beyond 10 patients); the
        coefficient itself
        where the test is exact, z for Kendall's normal approximation, both with df None
    p_value : two-sided
    effect, estimate, low, high : "Pearson's r", "Spearman's rho" or "Kendall's tau-b", -1 to 1, with a 95%
        interval
        on Fisher's z scale; limits are NaN with fewer than four patients (Kendall: five)
    n, n_missing : patients with both numbers; rows lacking either
    shapiro_p : Shapiro-Wilk p of the first and of the second variable
    """

    method: str
    reason: str
    statistic: float
    df: float | None
    p_value: float
    effect: str
    estimate: float
    low: float
    high: float
    n: int
    n_missing: int
    shapiro_p: tuple[float, ...]


class _Outcome(NamedTuple):
    method: str
    statistic: float
    df: float | None
    p_value: float
    effect: str
    estimate: float
    low: float
    high: float


def correlate(x: Iterable[object], y: Iterable[object], *, method: str = "auto") -> Correlation:
    """Measure how strongly two numbers go together.

    Patients lacking either number are counted and left out.

    Spearman's p-value is exact up to 10 patients, ties included: the ranks of the one variable are dealt
    anew in every order, and the p-value is the share of orders with a coefficient at least as far from 0.
    SciPy always uses the t approximation, R with ties too. Kendall's is exact below 50 patients without
    ties (as in R), else the normal approximation with the variance for ties. Intervals use Fisher's z with
    standard error 1/sqrt(n - 3) for Pearson, sqrt((1 + rho^2 / 2)/(n - 3)) for Spearman, sqrt(0.437/(n -
    4)) for Kendall [1]; R gives none for the latter two.

    Parameters
    ----------
    x, y : one number per patient, in the same order; missing allowed
    method : "auto" (see ``choice``), "pearson", "spearman" or "kendall"

    Raises
    ------
    NotEstimable
        when fewer than three patients have both numbers, or when one of them does not vary.

    References
    ----------
    1. Bonett DG, Wright TA. Sample size requirements for estimating Pearson, Kendall and Spearman
       correlations. Psychometrika 2000;65:23-28.
    2. Kendall MG. Rank correlation methods. 4th ed. Griffin; 1970.

    Examples
    --------
    >>> result = correlate([4, 6, 8, 5, 9, 12], [14, 17, 16, 15, 30, 28], method="spearman")
    >>> round(result.estimate, 3), round(result.p_value, 4), result.method
    (0.886, 0.0333, "Spearman's rank correlation, exact test")
    """
    first, second = paired_numbers(x, y, "first numbers", "second numbers")
    known = ~(np.isnan(first) | np.isnan(second))
    first, second = first[known], second[known]
    if len(first) < 3:
        raise NotEstimable(
            "A correlation needs three patients with both numbers.",
            f"There are {len(first)}.",
            "Widen the selection, or choose other variables.",
        )
    if is_constant(first) or is_constant(second):
        raise NotEstimable(
            "A correlation needs two numbers that vary.",
            f"The {'first' if is_constant(first) else 'second'} is the same in every patient.",
            "Choose another variable.",
        )
    choice = choose_correlation(first, second, method)
    outcome = _METHODS[choice.test](first, second)
    return Correlation(
        outcome.method,
        choice.reason,
        *outcome[1:],
        len(first),
        int((~known).sum()),
        choice.shapiro_p,
    )


def _pearson(x: Floats, y: Floats) -> _Outcome:
    r, n = _coefficient(x, y), len(x)
    t, p = coefficient_p(r, n)
    limits = coefficient_interval(r, n)
    return _Outcome("Pearson's correlation", t, float(n - 2), p, "Pearson's r", r, *limits)


def _spearman(x: Floats, y: Floats) -> _Outcome:
    ranks = doubled_midranks(x), doubled_midranks(y)
    n = len(x)
    rho = _coefficient(ranks[0].astype(float), ranks[1].astype(float))
    limits = coefficient_interval(rho, n, of_ranks=True)
    name, effect = "Spearman's rank correlation", "Spearman's rho"
    if n <= SPEARMAN_EXACT_UP_TO:
        return _Outcome(f"{name}, exact test", rho, None, _spearman_exact_p(*ranks), effect, rho, *limits)
    t, p = coefficient_p(rho, n)
    return _Outcome(f"{name}, t approximation", t, float(n - 2), p, effect, rho, *limits)


def _kendall(x: Floats, y: Floats) -> _Outcome:
    n = len(x)
    untied = _untied_pairs(x), _untied_pairs(y)
    score = _concordance(x, y, untied)
    tau = score / (untied[0] * untied[1]) ** 0.5
    limits = _fisher_limits(tau, 0.437 / (n - 4)) if n > 4 else _NO_LIMITS
    name, effect = "Kendall's rank correlation", "Kendall's tau-b"
    pairs = n * (n - 1) // 2
    if n < KENDALL_EXACT_BELOW and untied == (pairs, pairs):
        p = _kendall_exact_p((score + pairs) // 2, n)
        return _Outcome(f"{name}, exact test", tau, None, p, effect, tau, *limits)
    z = score / _kendall_variance(x, y) ** 0.5
    p = 2 * float(ndtr(-abs(z)))
    return _Outcome(f"{name}, normal approximation", z, None, p, effect, tau, *limits)


def _untied_pairs(values: Floats) -> int:
    _, counts = np.unique(values, return_counts=True)
    n = len(values)
    return (n * (n - 1) - sum(count * (count - 1) for count in counts.tolist())) // 2


def _concordance(x: Floats, y: Floats, untied: tuple[int, int]) -> int:
    """Concordant less discordant pairs."""
    if len(x) <= MOST_IN_A_SQUARE:
        order_x, order_y = (np.sign(np.subtract.outer(values, values)).astype(np.int64) for values in (x, y))
        return int((order_x * order_y).sum()) // 2
    from scipy.stats import kendalltau  # noqa: PLC0415 - slow to import; a square of all pairs would not fit

    tau = float(kendalltau(x, y, method="asymptotic").statistic)
    return round(tau * (untied[0] * untied[1]) ** 0.5)


def _coefficient(x: Floats, y: Floats) -> float:
    dx, dy = x - x.mean(), y - y.mean()
    r = float(dx @ dy) / (float(dx @ dx) * float(dy @ dy)) ** 0.5
    return min(1.0, max(-1.0, r))


def coefficient_p(r: float, n: int) -> tuple[float, float]:
    """The t statistic and two-sided p of a coefficient ``r`` in ``n`` patients, with n - 2 degrees of freedom."""
    rest = (1 - r) * (1 + r)
    t = float(np.copysign(np.inf, r)) if rest == 0 else r * ((n - 2) / rest) ** 0.5
    return t, 2 * float(stdtr(n - 2, -abs(t)))


_NO_LIMITS = (float("nan"), float("nan"))


def coefficient_interval(r: float, n: int, *, of_ranks: bool = False) -> tuple[float, float]:
    """95% interval of Pearson's coefficient, or of Spearman's, in ``n`` patients; NaN with fewer than four.

    Examples
    --------
    >>> [round(limit, 2) for limit in coefficient_interval(-0.58, 29)]
    [-0.78, -0.27]
    """
    if n <= 3:
        return _NO_LIMITS
    return _fisher_limits(r, (1 + r**2 / 2 if of_ranks else 1) / (n - 3))


def _fisher_limits(r: float, variance: float) -> tuple[float, float]:
    if abs(r) == 1:
        return r, r
    half = float(ndtri((1 + CONFIDENCE) / 2)) * variance**0.5
    return float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half))


def _spearman_exact_p(x: Ints, y: Ints) -> float:
    """Share of the n! orders whose sum of products of ranks lies at least as far from its mean.

    Counted over subsets: the first k patients take some k of the y ranks; what matters is which, and the
    sum so far.
    """
    n = len(x)
    widest = int(np.sort(x) @ np.sort(y)) + 1
    counts = {0: np.ones(1)}
    for rank in x.tolist():
        following: dict[int, Floats] = {}
        for taken, sums in counts.items():
            for j in range(n):
                if taken >> j & 1:
                    continue
                total = following.setdefault(taken | 1 << j, np.zeros(widest))
                step = rank * int(y[j])
                room = min(len(sums), widest - step)
                total[step : step + room] += sums[:room]
        counts = following
    orders = counts[(1 << n) - 1]
    product_sums = np.arange(widest) * n
    centre = int(x.sum()) * int(y.sum())
    observed = abs(int(x @ y) * n - centre)
    return float(orders[np.abs(product_sums - centre) >= observed].sum() / orders.sum())


def _kendall_exact_p(concordant: int, n: int) -> float:
    """Two-sided p from the number of permutations of n by their concordant pairs; twice the smaller tail."""
    ways = np.ones(1)
    for size in range(2, n + 1):
        ways = np.convolve(ways, np.ones(size)) / size
    lower, upper = float(ways[: concordant + 1].sum()), float(ways[concordant:].sum())
    return min(1.0, 2 * min(lower, upper))


def _kendall_variance(x: Floats, y: Floats) -> float:
    """Variance of the concordance score when either variable may have ties."""
    n = len(x)
    t, u = (np.unique(values, return_counts=True)[1].astype(float) for values in (x, y))
    whole = n * (n - 1) * (2 * n + 5) - sum(float((c * (c - 1) * (2 * c + 5)).sum()) for c in (t, u))
    pairs = float((t * (t - 1)).sum()) * float((u * (u - 1)).sum()) / (2 * n * (n - 1))
    triples = float((t * (t - 1) * (t - 2)).sum()) * float((u * (u - 1) * (u - 2)).sum())
    return whole / 18 + pairs + triples / (9 * n * (n - 1) * (n - 2))


_METHODS: dict[str, Callable[[Floats, Floats], _Outcome]] = {
    "pearson": _pearson,
    "spearman": _spearman,
    "kendall": _kendall,
}
