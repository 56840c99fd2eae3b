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
    """

    combination: tuple[int, bool]
    corticosteroid: tuple[int, bool]
    correlation: tuple[float, float] = (-0.33, 0.33)
    died_recovery_significant: bool = False


FALLS, RISES = (-1, True), (1, True)

INFLAMMATORY = {
    "crp_mg_l": (
        Model(48, 1, 0.55, 0.40, 0.0, 0.35, 0.25, -1.70, -1.55, 0.10, 0.60),
        Printed(FALLS, FALLS),
    ),
    "ferritin_ng_ml": (
        Model(640, 0, 0.50, 0.40, 0.0, 0.40, 0.90, -0.55, -0.50, 0.35, 0.40),
        Printed(FALLS, FALLS, died_recovery_significant=True),
    ),
    "il6_pg_ml": (
        Model(22, 1, 0.60, 0.40, 0.20, 0.35, 0.90, -1.10, -1.00, 0.60, 0.60),
        Printed(FALLS, FALLS, (0.436, 0.444), died_recovery_significant=True),
    ),
    "tnfa_pg_ml": (
        Model(10.5, 1, 0.28, 0.15, 0.07, 0.15, 0.50, 0.11, -0.30, 0.30, 0.30),
        Printed((1, False), FALLS, (0.376, 0.384), died_recovery_significant=True),
    ),
}

CD4 = (
    Model(330, 0, 0.38, -0.15, 0.0, -0.30, -0.60, 0.42, 0.06, -0.45, 0.42),
    Printed(RISES, (1, False), died_recovery_significant=True),
)
CD8 = (
    Model(235, 0, 0.38, -0.15, 0.0, -0.30, -0.60, 0.45, 0.27, -0.45, 0.32),
    Printed(RISES, RISES, died_recovery_significant=True),
)
CD3 = Printed(RISES, (1, False), died_recovery_significant=True)
NK = (
    Model(95, 0, 0.42, -0.15, 0.0, -0.30, -1.10, 0.45, 0.10, -0.60, 0.42),
    Printed(RISES, (1, False), died_recovery_significant=True),
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
    _add_blood_count(found, rng)
    found["albumin_g_l"] = _draw_albumin(groups, rng)
    found["alt_u_l"] = np.exp(rng.normal(np.log(31), 0.55, len(found))).round()
    return found


def _store(frame: pd.DataFrame, key: str, phases: Phases) -> None:
    frame[f"{key}_acute"], frame[f"{key}_recovery"] = phases


def _draw_until_printed(
    model: Model, printed: Printed, groups: Groups, severity: np.ndarray, rng: np.random.Generator
) -> Phases:
    return _draw_until(lambda: _draw(model, groups, severity, rng), lambda drawn: _shows(drawn, printed, groups))


def _draw_t_cells(groups: Groups, severity: np.ndarray, rng: np.random.Generator) -> tuple[Phases, Phases, Phases]:
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
        + rng.normal(0, model.spread, n)
    )
    change = np.where(groups.combination, model.change_combination, model.change_corticosteroid)
    change = np.where(groups.died, model.change_died, change)
    # The deceased all move one way; among survivors the change varies.
    change = change + rng.normal(0, np.where(groups.died, 0.08, model.change_spread), n)
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
        and (not printed.died_recovery_significant or _mann_whitney(recovery, groups.died) < SIGNIFICANT)
    )


def _moves(phases: Phases, who: np.ndarray, printed: tuple[int, bool]) -> bool:
    """Whether the change among ``who`` has the printed direction, and significance by both paired tests."""
    direction, significant = printed
    change = (phases[1] - phases[0])[who]
    if direction * np.median(change) <= 0 or direction * change.mean() <= 0:
        return False
    p_values = (stats.wilcoxon(change, method="approx").pvalue, stats.ttest_1samp(change, 0).pvalue)
    return max(p_values) < SIGNIFICANT if significant else min(p_values) > NOT_SIGNIFICANT


def _mann_whitney(values: np.ndarray, group: np.ndarray) -> float:
    return float(stats.mannwhitneyu(values[group], values[~group], method="exact").pvalue)


def _add_blood_count(frame: pd.DataFrame, rng: np.random.Generator) -> None:
    n = len(frame)
    b_cells = rng.uniform(40, 150, n)
    lymphocytes = (frame["cd3_cells_ul_acute"] + frame["nk_cells_ul_acute"] + b_cells) / 1000
    frame["lymphocytes"] = lymphocytes.round(2)
    frame["neutrophils"] = np.exp(rng.normal(np.log(5.4), 0.4, n)).round(2)
    frame["eosinophils"] = np.exp(rng.normal(np.log(0.10), 0.9, n)).round(2)
    monocytes = rng.uniform(0.2, 0.7, n)
    frame["wbc"] = (frame[["lymphocytes", "neutrophils", "eosinophils"]].sum(axis=1) + monocytes).round(2)
    frame["hemoglobin_g_l"] = rng.normal(118, 15, n).round()
    frame["platelets"] = rng.normal(205, 60, n).clip(70).round()


def _draw_albumin(groups: Groups, rng: np.random.Generator) -> np.ndarray:
    """Albumin in g/L: 33 in TEN and 39 in SJS, whether mean or median, p < 0.001; not tied to healing time."""

    def draw() -> np.ndarray:
        return rng.normal(np.where(groups.toxic, 33.0, 39.0), 3.2).round()

    def accept(albumin: np.ndarray) -> bool:
        toxic, other = albumin[groups.toxic], albumin[~groups.toxic]
        healed = ~groups.died
        return bool(
            np.median(toxic) == 33
            and np.median(other) == 39
            and abs(toxic.mean() - 33) < 0.45
            and abs(other.mean() - 39) < 0.45
            and stats.mannwhitneyu(toxic, other).pvalue < 0.0008
            and stats.ttest_ind(toxic, other, equal_var=False).pvalue < 0.0008
            and abs(stats.spearmanr(albumin[healed], groups.healing_days[healed]).statistic) < 0.33
        )

    return _draw_until(draw, accept)
