"""Which pairs of groups differ over time, with p-values adjusted for looking at several."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pandas as pd

from iren_core.errors import CohortError, NotEstimable
from iren_core.stats.multiplicity import adjust_p
from iren_core.stats.survival_comparison import SurvivalTest

_REASONS = {
    "holm": "Adjusted by Holm: the chance of any false positive among the pairs stays at the level.",
    "bh": "Adjusted by Benjamini and Hochberg: the expected share of false positives among the "
    "pairs called different stays at the level.",
}


@dataclass(frozen=True, eq=False)
class PairwiseTests:
    """Every pair of groups compared; see ``compare_pairwise``. All tuples have one entry a pair.

    pairs : the two labels
    tests : the test of the pair, or the error that says why there is none
    p_values, adjusted : raw and adjusted; nan where there is no test. Pairs without one are not counted in the
        adjustment.
    """

    method: str
    reason: str
    pairs: tuple[tuple[str, str], ...]
    tests: tuple[SurvivalTest | CohortError, ...]
    p_values: tuple[float, ...]
    adjusted: tuple[float, ...]


def compare_pairwise(
    compare: Callable[..., SurvivalTest],
    times: Any,
    ends: Any,
    groups: Any,
    *,
    adjust: str = "holm",
    strata: Any = None,
    **settings: Any,
) -> PairwiseTests:
    """Compare every two groups.

    Parameters
    ----------
    compare : ``compare_survival`` or ``compare_incidence``
    times, ends, groups, strata : what ``compare`` takes, one entry a patient
    adjust : "holm" or "bh" (Benjamini-Hochberg), as in ``adjust_p``
    settings : passed on to ``compare``

    Notes
    -----
    Each pair is tested in its own patients, as R's ``survminer::pairwise_survdiff`` does.

    Raises
    ------
    NotEstimable
        with fewer than two groups, when no pair can be tested, or when the adjustment is unknown.

    Examples
    --------
    >>> from iren_core.stats.survival_comparison import compare_survival
    >>> days, arm = [1, 2, 3, 4, 5, 6, 7, 8, 9], list("aaabbbccc")
    >>> compare_pairwise(compare_survival, days, [1] * 9, arm).pairs
    (('a', 'b'), ('a', 'c'), ('b', 'c'))
    """
    columns = {"times": times, "ends": ends, "groups": groups, "strata": strata}
    known = {
        name: pd.Series(values).reset_index(drop=True)
        for name, values in columns.items()
        if values is not None
    }
    labels = known["groups"].astype("category").cat.remove_unused_categories().cat.categories
    pairs = list(combinations(labels, 2))
    tests = [
        _test(compare, {name: values[known["groups"].isin(pair)] for name, values in known.items()}, settings)
        for pair in pairs
    ]
    p_values = [test.p_value if isinstance(test, SurvivalTest) else math.nan for test in tests]
    adjusted = adjust_p(p_values, method=adjust)
    done = [test for test in tests if isinstance(test, SurvivalTest)]
    if not done:
        raise NotEstimable(
            "Every two groups were to be compared.",
            "There are fewer than two groups." if not pairs else f"No pair can be tested. {tests[0]}",
            "Widen the filters, or compare by another field.",
        )
    return PairwiseTests(
        method=f"{done[0].method}, pair by pair",
        reason=_REASONS[adjust],
        pairs=tuple((str(first), str(second)) for first, second in pairs),
        tests=tuple(tests),
        p_values=tuple(p_values),
        adjusted=tuple(adjusted.tolist()),
    )


def _test(
    compare: Callable[..., SurvivalTest], rows: dict[str, pd.Series], settings: dict[str, Any]
) -> SurvivalTest | CohortError:
    stratified = {"strata": rows["strata"]} if "strata" in rows else {}
    try:
        return compare(rows["times"], rows["ends"], rows["groups"], **stratified, **settings)
    except NotEstimable as error:
        return error
