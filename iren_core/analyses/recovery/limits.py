"""Values that an assay could not measure: known only to lie below its lower limit or above its upper one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from iren_core.cohort import Cohort

BeyondLimit = Literal["left out", "limit itself"]
BEYOND_LIMITS: tuple[BeyondLimit, ...] = get_args(BeyondLimit)
BEYOND_LIMIT_LABELS: dict[BeyondLimit, str] = {
    "left out": "Leave out (counted)",
    "limit itself": "Take the limit itself",
}
OTHER_RULE: dict[BeyondLimit, BeyondLimit] = {"left out": "limit itself", "limit itself": "left out"}


@dataclass(frozen=True, eq=False)
class Measured:
    """One phase of a marker, one entry a patient.

    numbers : what is tested; NaN where nothing is known, and beyond a limit unless the limit itself is taken
    low, high : between what the value lies; both NaN where nothing is known, both the value where it was measured
    """

    numbers: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @property
    def beyond(self) -> np.ndarray:
        """Whose value is known only to lie beyond a limit, shape (n,)."""
        return self.low < self.high


def measured(cohort: Cohort, field: str, rule: BeyondLimit) -> Measured:
    """The values of a field with those beyond a limit left out, or with the limit itself in their place.

    To take the limit is to substitute a constant: it shrinks spread and change, and pulls both towards the limit, the
    more so the more values lie beyond it [1]_. It is offered beside leaving such values out, which loses just the
    lowest or the highest ones; neither is free of bias. A concentration lies at 0 or above.

    References
    ----------
    1. Helsel DR. Statistics for censored environmental data using Minitab and R. 2nd ed. Wiley; 2012 (first edition:
       Nondetects and data analysis, 2005), chapter 1.
    """
    numbers = cohort.numbers(field).copy()
    low, high = numbers.copy(), numbers.copy()
    limits = cohort.limits[cohort.limits["field"] == field]
    places = cohort.frame.index.get_indexer(limits["row"])
    for place, sign, bound in zip(places, limits["sign"], limits["bound"], strict=True):
        if place < 0 or not np.isnan(numbers[place]):  # not selected, or measured after all
            continue
        low[place], high[place] = (min(0.0, bound), bound) if sign == "<" else (bound, np.inf)
        if rule == "limit itself":
            numbers[place] = bound
    return Measured(numbers, low, high)


def direction_unknown(acute: Measured, recovery: Measured) -> np.ndarray:
    """Whose value may have risen as well as fallen, for all that the limits tell, shape (n,)."""
    least, most = recovery.low - acute.high, recovery.high - acute.low
    return (least < 0) & (most > 0)
