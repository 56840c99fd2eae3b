"""What the other choices give: of score, of the rule at the cut-offs, and of the deaths that count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from iren_core.analyses.mortality.pairs import ratio_of
from iren_core.analyses.mortality.patients import DEATH_RULES, Outcomes, Settings, outcomes
from iren_core.analyses.scorten_items import EDGES, SCORE_RULES
from iren_core.analyses.subgroups import group_of
from iren_core.cohort import Cohort
from iren_core.errors import CohortError, or_reason
from iren_core.stats import observed_vs_expected
from iren_core.stats.mortality import ObservedExpected
from iren_core.stats.smr import RatioOfRatios


@dataclass(frozen=True, eq=False)
class Choice:
    """Everybody's deaths under one set of choices, and the ratio of ratios where there are two groups.

    bound : "lowest" or "highest" where missing items are all taken as without, or as with, a point; else empty
    """

    settings: Settings
    bound: str
    numbers: ObservedExpected | CohortError
    ratio: RatioOfRatios | CohortError | None


def alternatives(cohort: Cohort, settings: Settings) -> tuple[Choice, ...]:
    """The choice made, then each that differs from it in one respect that can change a number."""
    made = _choice(cohort, settings)
    return (
        made,
        *_missing_items(cohort, settings),
        *(_choice(cohort, other) for other in _others(settings)),
    )


def _others(settings: Settings) -> Iterator[Settings]:
    for score in SCORE_RULES:
        for edge in EDGES if score != "as in the file" else (settings.edge,):
            same = score == settings.score and (score == "as in the file" or edge == settings.edge)
            if not same:
                yield replace(settings, score=score, edge=edge)
    yield from (replace(settings, deaths=rule) for rule in DEATH_RULES if rule != settings.deaths)


def _choice(cohort: Cohort, settings: Settings) -> Choice:
    every = outcomes(cohort, settings)
    return _with_risk(cohort, settings, "", every, every.risk)


def _missing_items(cohort: Cohort, settings: Settings) -> Iterator[Choice]:
    every = outcomes(cohort, settings)
    if np.any(np.isnan(every.risk) & ~np.isnan(every.died)):
        yield _with_risk(cohort, settings, "lowest", every, every.risk_low)
        yield _with_risk(cohort, settings, "highest", every, every.risk_high)


def _with_risk(cohort: Cohort, settings: Settings, bound: str, every: Outcomes, risk: np.ndarray) -> Choice:
    group = group_of(cohort, settings.group)
    parts = [_numbers(every.died[group == label], risk[group == label]) for label in group.categories]
    return Choice(
        settings,
        bound,
        _numbers(every.died, risk),
        or_reason(lambda: ratio_of(parts[0], parts[1])) if len(parts) == 2 else None,
    )


def _numbers(died: np.ndarray, risk: np.ndarray) -> ObservedExpected | CohortError:
    return or_reason(lambda: observed_vs_expected(died, risk))
