"""What the laboratory found: eight markers in two phases, blood count and albumin.

The study prints no value of a marker, only directions, significance and four correlations. Each marker is
therefore drawn, seeded, from a log-normal model until the draw shows what the study printed of it; draws that
show something else are thrown away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy import stats

MOST_DRAWS = 200_000
SIGNIFICANT = 0.04  # at most, with a little room below 0.05
NOT_SIGNIFICANT = 0.09  # at least
NO_TREND = 0.4  # a trend that is said to be one has a smaller p


@dataclass(frozen=True)
class Groups:
    """Who is who, as boolean arrays of one length, and the healing time (days; NaN for the deceased)."""

    combination: np.ndarray
    toxic: np.ndarray
    died: np.ndarray
    healing_days: np.ndarray

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Groups:
        """Read the groups from the cohort."""
        return cls(
            combination=(frame["arm"] == "combination").to_numpy(),
            toxic=(frame["diagnosis"] == "TEN").to_numpy(),
            died=(frame["outcome"] == "died").to_numpy(),
            healing_days=frame["reepithelization_days"].to_numpy(dtype=float),
        )

    @property
    def slow(self) -> np.ndarray:
        """Standardised log healing time; the deceased count as average TEN patients."""
        logs = np.log(self.healing_days)
        filled = np.where(self.died, np.nanmean(logs[self.toxic]), logs)
        return (filled - filled.mean()) / filled.std()


@dataclass(frozen=True)
class Model:
    """A log-normal marker. Everything but ``median`` and ``decimals`` is on the log scale."""

    median: float
    decimals: int
    spread: float
    severity: float  # slope on severity, shared by all markers
    slow: float  # slope on standardised healing time
    toxic: float  # TEN against SJS
    died: float  # deceased against survivors, acute phase
    change_combination: float
    change_corticosteroid: float
    change_died: float
    change_spread: float


@dataclass(frozen=True)
class Printed:
    """What the study prints of a marker: +1 rise, -1 fall, and whether it was significant, in each arm.

    ``correlation`` bounds Spearman's coefficient with healing time; by default it must not be significant.
    ``died_worse`` asks for a significant difference between deceased and survivors, in both phases.
    """

    combination: tuple[int, bool]
    corticosteroid: tuple[int, bool]
    correlation: tuple[float, float] = (-0.33, 0.33)
    died_worse: bool = False


FALLS, RISES = (-1, True), (1, True)

INFLAMMATORY = {
    "crp_mg_l": (
        Model(48, 1, 0.55, 0.40, 0.0, 0.35, 0.25, -1.70, -1.55, 0.10, 0.60),
        Printed(FALLS, FALLS),
    ),
    "ferritin_ng_ml": (
        Model(640, 0, 0.50, 0.40, 0.0, 0.40, 0.90, -0.55, -0.50, 0.35, 0.40),
        Printed(FALLS, FALLS, died_worse=True),
    ),
    "il6_pg_ml": (
        Model(22, 1, 0.60, 0.40, 0.20, 0.35, 1.30, -1.10, -1.00, 0.60, 0.60),
        Printed(FALLS, FALLS, (0.436, 0.444), died_worse=True),
    ),
    "tnfa_pg_ml": (
        Model(10.5, 1, 0.28, 0.15, 0.07, 0.15, 0.60, 0.11, -0.30, 0.30, 0.30),
        Printed((1, False), FALLS, (0.376, 0.384), died_worse=True),
    ),
}

CD4 = (
    Model(330, 0, 0.38, -0.15, 0.0, -0.30, -0.90, 0.50, 0.00, -0.45, 0.50),
    Printed(RISES, (1, False), died_worse=True),
)
CD8 = (
    Model(220, 0, 0.38, -0.15, 0.0, -0.30, -0.90, 0.42, 0.16, -0.45, 0.26),
    Printed(RISES, RISES, died_worse=True),
)
CD3 = Printed(RISES, (1, False), died_worse=True)
NK = (
    Model(95, 0, 0.42, -0.15, 0.0, -0.30, -1.10, 0.45, 0.10, -0.60, 0.42),
    Printed(RISES, (1, False), died_worse=True),
)

Phases = tuple[np.ndarray, np.ndarray]
Drawn = TypeVar("Drawn")


def with_markers(frame: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """``frame`` with the eight markers in both phases, the blood count, albumin and ALT."""
    groups = Groups.of(frame)
    severity = rng.standard_normal(len(frame))
    found = frame.copy()
    for key, (model, printed) in INFLAMMATORY.items():
        _store(found, key, _draw_until_printed(model, printed, groups, severity, rng))
    _store(found, "nk_cells_ul", _draw_until_printed(*NK, groups, severity, rng))
    cd3, cd4, cd8 = _draw_t_cells(groups, severity, rng)
    _store(found, "cd3_cells_ul", cd3)
    _store(found, "cd4_cells_ul", cd4)
    _store(found, "cd8_cells_ul", cd8)
    _add_blood_count(found, groups, rng)
    found["albumin_g_l"] = _draw_albumin(groups, rng)
    return found


def _store(frame: pd.DataFrame, key: str, phases: Phases) -> None:
    frame[f"{key}_acute"], frame[f"{key}_recovery"] = phases


def _draw_until_printed(
    model: Model, printed: Printed, groups: Groups, severity: np.ndarray, rng: np.random.Generator
) -> Phases:
    return _draw_until(
        lambda: _draw(model, groups, severity, rng), lambda drawn: _shows(drawn, printed, groups)
    )


def _draw_t_cells(
    groups: Groups, severity: np.ndarray, rng: np.random.Generator
) -> tuple[Phases, Phases, Phases]:
    """CD3+, CD4+ and CD8+ counts; CD3+ is the sum of the other two and a few double-negative cells."""

    def draw() -> tuple[Phases, Phases, Phases]:
        cd4 = _draw_until_printed(*CD4, groups, severity, rng)
        cd8 = _draw_until_printed(*CD8, groups, severity, rng)
        share = rng.uniform(1.03, 1.10, len(severity))
        acute, recovery = ((helper + killer) * share for helper, killer in zip(cd4, cd8, strict=True))
        return (acute.round(), recovery.round()), cd4, cd8

    return _draw_until(draw, lambda drawn: _shows(drawn[0], CD3, groups))


def _draw_until(draw: Callable[[], Drawn], accept: Callable[[Drawn], bool]) -> Drawn:
    for _ in range(MOST_DRAWS):
        drawn = draw()
        if accept(drawn):
            return drawn
    raise RuntimeError(f"None of {MOST_DRAWS} draws shows what the study printed.")


def _draw(model: Model, groups: Groups, severity: np.ndarray, rng: np.random.Generator) -> Phases:
    n = len(severity)
    log_acute = (
        np.log(model.median)
        + model.severity * severity
        + model.slow * groups.slow
        + model.toxic * groups.toxic
        + model.died * groups.died
        + model.spread * _noise(rng, n)
    )
    change = np.where(groups.combination, model.change_combination, model.change_corticosteroid)
    change = np.where(groups.died, model.change_died, change)
    # The deceased all move one way; among survivors the change varies.
    change = change + np.where(groups.died, 0.08, model.change_spread) * _noise(rng, n)
    return np.exp(log_acute).round(model.decimals), np.exp(log_acute + change).round(model.decimals)


def _shows(phases: Phases, printed: Printed, groups: Groups) -> bool:
    """Whether a draw shows what is printed; the cheap questions first."""
    acute, recovery = phases
    healed = ~groups.died
    low, high = printed.correlation
    rho = stats.spearmanr(acute[healed], groups.healing_days[healed]).statistic
    falls = printed.corticosteroid[0] < 0
    worse = 1 if falls else -1  # inflammation is worse when high, lymphocytes when low
    return bool(
        low <= rho <= high
        and worse * (np.median(acute[groups.toxic]) - np.median(acute[~groups.toxic])) > 0
        and worse * (np.median(acute[groups.died]) - np.median(acute[healed])) > 0
        and worse * (np.median(recovery[groups.died]) - np.median(recovery[healed])) > 0
        and _moves(phases, healed & groups.combination, printed.combination)
        and _moves(phases, healed & ~groups.combination, printed.corticosteroid)
        and stats.mannwhitneyu(acute[groups.combination], acute[~groups.combination]).pvalue > NOT_SIGNIFICANT
        and (
            not printed.died_worse or max(_mann_whitney(phase, groups.died) for phase in phases) < SIGNIFICANT
        )
    )


def _moves(phases: Phases, who: np.ndarray, printed: tuple[int, bool]) -> bool:
    """Whether the change among ``who`` has the printed direction, and significance by both paired tests."""
    direction, significant = printed
    acute, recovery = (phase[who] for phase in phases)
    change = recovery - acute
    trends = (np.median(change), change.mean(), np.median(recovery) - np.median(acute))
    if min(direction * trend for trend in trends) <= 0:
        return False
    p_values = (stats.wilcoxon(change, method="approx").pvalue, stats.ttest_1samp(change, 0).pvalue)
    return max(p_values) < SIGNIFICANT if significant else NOT_SIGNIFICANT < min(p_values) < NO_TREND


def _mann_whitney(values: np.ndarray, group: np.ndarray) -> float:
    return float(stats.mannwhitneyu(values[group], values[~group], method="exact").pvalue)


def _noise(rng: np.random.Generator, n: int) -> np.ndarray:
    """Standard normal draws without outliers."""
    return rng.standard_normal(n).clip(-1.8, 1.8)


def _add_blood_count(frame: pd.DataFrame, groups: Groups, rng: np.random.Generator) -> None:
    """Blood count and ALT. The study says that they neither differ between arms nor go with healing time."""
    n = len(frame)

    def unrelated(median: float, spread: float, decimals: int) -> np.ndarray:
        return _draw_until(
            lambda: (median * np.exp(spread * _noise(rng, n))).round(decimals),
            lambda drawn: _is_unrelated(drawn, groups),
        )

    b_cells = rng.uniform(40, 150, n)
    frame["lymphocytes"] = (
        (frame["cd3_cells_ul_acute"] + frame["nk_cells_ul_acute"] + b_cells) / 1000
    ).round(2)
    frame["neutrophils"] = unrelated(5.4, 0.40, 2)
    frame["eosinophils"] = unrelated(0.09, 0.70, 2)
    monocytes = rng.uniform(0.2, 0.7, n)
    frame["wbc"] = (frame[["lymphocytes", "neutrophils", "eosinophils"]].sum(axis=1) + monocytes).round(2)
    frame["hemoglobin_g_l"] = unrelated(117, 0.13, 0)
    frame["platelets"] = unrelated(205, 0.32, 0)
    frame["alt_u_l"] = unrelated(31, 0.55, 0)


def _is_unrelated(values: np.ndarray, groups: Groups) -> bool:
    healed = ~groups.died
    rho = stats.spearmanr(values[healed], groups.healing_days[healed]).statistic
    arms = stats.ttest_ind(values[groups.combination], values[~groups.combination])
    return bool(abs(rho) < 0.3 and arms.pvalue > 0.2)


def _draw_albumin(groups: Groups, rng: np.random.Generator) -> np.ndarray:
    """Albumin in g/L: 33 in TEN and 39 in SJS, whether mean or median, p < 0.001; not tied to healing time."""

    def draw() -> np.ndarray:
        return rng.normal(np.where(groups.toxic, 33.0, 39.0), 2.8).round()

    def accept(albumin: np.ndarray) -> bool:
        toxic, other = albumin[groups.toxic], albumin[~groups.toxic]
        return bool(
            np.median(toxic) == 33
            and np.median(other) == 39
            and abs(toxic.mean() - 33) < 0.45
            and abs(other.mean() - 39) < 0.45
            and stats.mannwhitneyu(toxic, other).pvalue < 0.0008
            and stats.ttest_ind(toxic, other, equal_var=False).pvalue < 0.0008
            and _is_unrelated(albumin, groups)
        )

    return _draw_until(draw, accept)
