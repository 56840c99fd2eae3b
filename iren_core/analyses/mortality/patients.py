"""Whose death counts, and which risk each patient is given: the choices that all numbers of mortality rest on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from iren_core.analyses.scorten_items import Edge, ScoreRule, Scores, score_items
from iren_core.cohort import Cohort
from iren_core.stats import scorten_risk

View = Literal["expected deaths", "the study's figure", "by score", "ratios"]
VIEWS: tuple[View, ...] = get_args(View)
DeathRule = Literal["within the acute phase", "at any time"]
DEATH_RULES: tuple[DeathRule, ...] = get_args(DeathRule)


@dataclass(frozen=True)
class Settings:
    """What the reader chooses.

    group : field whose categories are set side by side
    panels : field whose categories each get a panel beside the whole; ``None`` for one panel
    view : expected and observed numbers of deaths; the study's median predicted risk beside the observed share; the
        observed share at each score; or the ratios of observed to expected deaths
    window_days : the acute phase, counted from the first steroid; the study: 8 weeks
    deaths : whether deaths after the acute phase count
    score : SCORTEN as the file has it, recomputed from its items, or recomputed only where the file has none
    edge : whether age 40 years, heart rate 120 per minute and detachment 10% themselves score in a recomputed SCORTEN
    factor_percent : share of SCORTEN's expected deaths to be expected in truth, 1 to 100, for the sensitivity table
    """

    group: str = "arm"
    panels: str | None = "diagnosis"
    view: View = "expected deaths"
    window_days: int = 56
    deaths: DeathRule = "within the acute phase"
    score: ScoreRule = "as in the file"
    edge: Edge = ">="
    factor_percent: int = 80

    @property
    def window(self) -> float:
        """Days within which a death counts; infinite when every death does."""
        return math.inf if self.deaths == "at any time" else self.window_days


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Patients as the statistics need them, each array of shape (n,).

    died : 1 where the death counts, 0 where not, NaN where unknown
    score, risk : SCORTEN that counts and the probability of death it predicts; NaN where unknown
    risk_low, risk_high : of the lowest and the highest score that missing items leave
    scores : both scores of each patient, of the whole cohort even when narrowed by ``of``
    """

    died: np.ndarray
    score: np.ndarray
    risk: np.ndarray
    risk_low: np.ndarray
    risk_high: np.ndarray
    scores: Scores

    def of(self, keep: np.ndarray) -> Outcomes:
        """The patients at the true positions of ``keep``."""
        return Outcomes(
            self.died[keep],
            self.score[keep],
            self.risk[keep],
            self.risk_low[keep],
            self.risk_high[keep],
            self.scores,
        )


def outcomes(cohort: Cohort, settings: Settings) -> Outcomes:
    """Deaths and risks of the cohort under the settings."""
    scores = score_items(cohort, settings.edge)
    score = scores.used(settings.score)
    low, high = scores.bounds(settings.score)
    return Outcomes(
        died=_died(cohort, settings.window),
        score=score,
        risk=scorten_risk(score),
        risk_low=scorten_risk(low),
        risk_high=scorten_risk(high),
        scores=scores,
    )


def _died(cohort: Cohort, window_days: float) -> np.ndarray:
    """Deaths within the window, or on an unknown day."""
    outcome = cohort.frame["outcome"]
    late = cohort.numbers("death_day") > window_days
    died = (outcome == "died").to_numpy(dtype=bool) & ~late
    return np.where(outcome.isna(), np.nan, died.astype(float))
