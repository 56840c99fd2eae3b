"""What goes with an outcome when events are few: one variable at a time, with exact tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from iren_core.stats.counts import fisher_p
from iren_core.stats.logistic import firth_odds_ratio
from iren_core.stats.prediction import complete_outcomes, discriminate


@dataclass(frozen=True)
class PrognosticFactor:
    """One variable against an outcome.

    method, reason : test by name, and why this one
    statistic : Mann-Whitney U of the patients with the event, for a yes-or-no variable those of them with a yes
    p_value : exact, two-sided
    effect, estimate, low, high : "odds ratio per unit (Firth)" with the 95% interval of its profile
    auc, auc_low, auc_high : area under the ROC curve with Newcombe's 95% interval, see ``discriminate``
    n, n_events, n_missing : patients used, those with the event, rows lacking either
    """

    method: str
    reason: str
    statistic: float
    p_value: float
    effect: str
    estimate: float
    low: float
    high: float
    auc: float
    auc_low: float
    auc_high: float
    n: int
    n_events: int
    n_missing: int


def prognostic_factor(values: Iterable[object], outcome: Iterable[object]) -> PrognosticFactor:
    """Relate one variable to an outcome, exactly, whatever the number of events.

    Yes-or-no variables (only 0 and 1 occur) are tested by Fisher's exact test, other numbers by the exact
    Mann-Whitney test. The odds ratio is Firth's, which stays finite when the variable separates the patients.
    Nothing is adjusted for anything: with few events no model of several variables is offered, see
    ``logistic.check_events_per_variable``.

    Parameters
    ----------
    values : the variable, one number per patient; missing allowed
    outcome : 1 or true for the event, 0 or false, or missing

    Raises
    ------
    NotEstimable
        when all patients or none have the event, or the variable does not vary.

    References
    ----------
    1. Heinze G, Schemper M. A solution to the problem of separation in logistic regression.
       Stat Med 2002;21:2409-2419.

    Examples
    --------
    >>> result = prognostic_factor([3, 5, 6, 1, 2, 2, 3, 3], [1, 1, 1, 0, 0, 0, 0, 0])
    >>> result.method, result.n_events, round(result.p_value, 4), round(result.auc, 3)
    ('Mann-Whitney test, exact', 3, 0.0714, 0.933)
    """
    event, number, n_missing = complete_outcomes(outcome, values)
    area = discriminate(event, number, interval="newcombe")
    odds = firth_odds_ratio(number, event)
    if np.isin(number, (0, 1)).all():
        table = np.array(
            [[((number == v) & (event == e)).sum() for e in (1, 0)] for v in (1, 0)], dtype=np.int64
        )
        test = "Fisher's exact test", "The variable is yes or no.", float(table[0, 0]), fisher_p(table)
    else:
        name = area.method.split("; ")[1]
        test = name, "With few events ranks are compared, exactly.", area.statistic, area.p_value
    return PrognosticFactor(
        *test,
        "odds ratio per unit (Firth)",
        odds.estimate,
        odds.low,
        odds.high,
        area.estimate,
        area.low,
        area.high,
        len(event),
        int(event.sum()),
        n_missing,
    )
