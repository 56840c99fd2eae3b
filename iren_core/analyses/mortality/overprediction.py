"""What becomes of the ratios if SCORTEN predicts too many deaths.

The deaths to expect are then a part of SCORTEN's sum. The upper limit of a ratio below 1 reaches 1 when that part is
the limit itself: the break-even factor.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from iren_core.analyses.mortality.patients import Outcomes
from iren_core.errors import CohortError, or_reason
from iren_core.stats import observed_vs_expected
from iren_core.stats.mortality import ObservedExpected

#: Observed to predicted deaths in the literature, with where it stands.
PUBLISHED = (
    (91, "pooled ratio of 64 papers (Torres-Navarro 2020)"),
    (82, "lower limit of that ratio (0.82 to 1.02)"),
    (75, "ratio of Zavala 2018"),
)


@dataclass(frozen=True, eq=False)
class Scaled:
    """Ratios under one factor: ``source`` says whose; ``numbers`` by label, everybody's under "All"."""

    factor_percent: int
    source: str
    numbers: dict[str, ObservedExpected | CohortError]


def scaled(every: Outcomes, group: pd.Categorical, own_percent: int) -> tuple[Scaled, ...]:
    """SCORTEN as it is, then every published factor and the reader's own, from the mildest to the strongest."""
    published = dict(PUBLISHED)
    sources = {100: "SCORTEN as it is", own_percent: "chosen here"} | published
    if own_percent in published:
        sources[own_percent] = f"{published[own_percent]}; chosen here"
    parts = {"All": every}
    if len(group.categories) > 1:
        parts |= {label: every.of(group == label) for label in group.categories}
    sources[100] = "SCORTEN as it is"
    return tuple(
        Scaled(percent, sources[percent], {label: _numbers(part, percent) for label, part in parts.items()})
        for percent in sorted(sources, reverse=True)
    )


def break_even(numbers: ObservedExpected) -> float | None:
    """The factor at which the 95% interval of the ratio reaches 1; ``None`` where it holds 1 already.

    Below 1: the finding of fewer deaths holds while more than this part of SCORTEN's deaths is to be expected. Above 1:
    the finding of more deaths holds while less than this multiple is.
    """
    if numbers.high < 1:
        return numbers.high
    return numbers.low if numbers.low > 1 else None


def _numbers(part: Outcomes, percent: int) -> ObservedExpected | CohortError:
    return or_reason(lambda: observed_vs_expected(part.died, part.risk * percent / 100))
