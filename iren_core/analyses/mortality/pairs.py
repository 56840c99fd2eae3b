"""Two groups against each other: their deaths, and their ratios of observed to expected deaths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from iren_core.errors import CohortError, NotEstimable, or_reason
from iren_core.stats import compare_counts, compare_ratios, compare_risks
from iren_core.stats.counts import CountComparison
from iren_core.stats.mortality import ObservedExpected
from iren_core.stats.risks import RiskComparison
from iren_core.stats.smr import RatioOfRatios

Numbers = ObservedExpected | CohortError


@dataclass(frozen=True, eq=False)
class PairDeaths:
    """The first group against the second; what cannot be had is the error that says why.

    risks : difference of the shares who died, Newcombe's interval; of all with a known outcome
    counts : Fisher's exact test of the same deaths
    ratio : ratio of the standardised mortality ratios, exact; of all with a known outcome and SCORTEN
    """

    first: str
    second: str
    risks: RiskComparison | CohortError
    counts: CountComparison | CohortError
    ratio: RatioOfRatios | CohortError


def compare_pair(labels: tuple[str, str], table: np.ndarray, numbers: tuple[Numbers, Numbers]) -> PairDeaths:
    """Compare two groups.

    Parameters
    ----------
    table : (2, 2) counts: a row for each group, died and survived
    numbers : observed and expected deaths of each group
    """
    died, total = table[:, 0].tolist(), table.sum(axis=1).tolist()
    return PairDeaths(
        *labels,
        risks=or_reason(lambda: _risks((died[0], died[1]), (total[0], total[1]))),
        counts=or_reason(lambda: _deaths(table)),
        ratio=or_reason(lambda: ratio_of(*numbers)),
    )


def ratio_of(first: Numbers, second: Numbers) -> RatioOfRatios:
    """The first group's mortality ratio over the second's.

    Raises
    ------
    CohortError
        when a group has no ratio, or nobody died in either.
    """
    if isinstance(first, CohortError):
        raise first
    if isinstance(second, CohortError):
        raise second
    return compare_ratios((first.observed, second.observed), (first.expected, second.expected))


def _risks(died: tuple[int, int], total: tuple[int, int]) -> RiskComparison:
    if not all(total):
        raise NotEstimable("Two shares were to be compared.", "A group has no patient with an outcome.", "")
    return compare_risks(died, total)


def _deaths(table: np.ndarray) -> CountComparison:
    asked = "Deaths were to be compared between two groups."
    if not table[:, 0].any():
        raise NotEstimable(asked, "Nobody died in either group.", "")
    if not table[:, 1].any():
        raise NotEstimable(asked, "Everybody died in both groups.", "")
    return compare_counts(table, test="fisher")
