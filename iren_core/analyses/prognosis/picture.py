"""Prognosis as a picture: every factor by its AUC, or one marker in both phases, dot by dot."""

from __future__ import annotations

import math

import numpy as np
from plotly.graph_objects import Figure

from iren_core.analyses.prognosis.factors import DIED, HEALED, Result, Tested
from iren_core.errors import CohortError
from iren_core.figures import theme
from iren_core.figures.dots import Centre, DotGroup, DotPanel, dots
from iren_core.figures.forest import Block, Mark, Row, Series, forest
from iren_core.stats.describe import Description
from iren_core.stats.prognosis import PrognosticFactor
from iren_core.wording import interval, number, p_value, significant

#: More rows are no picture any more, least of all on a slide; the table holds all of them.
MOST_ROWS = 12
_SERIES = "Area under the ROC curve"


def draw(result: Result, provenance: str) -> Figure:
    """The picture that the settings ask for."""
    if result.settings.view == "one marker":
        return _dots(result, provenance)
    return _forest(result, provenance)


def strongest(result: Result) -> list[tuple[Tested, PrognosticFactor]]:
    """The factors that are drawn: those whose AUC lies farthest from one half, the farthest first."""
    known = [(one, one.exact) for one in result.tested if not isinstance(one.exact, CohortError)]
    return sorted(known, key=lambda pair: -abs(pair[1].auc - 0.5))[:MOST_ROWS]


def direction(one: Tested, exact: PrognosticFactor) -> str:
    """How the factor goes with death: "higher", "lower", and of yes and no "more frequent", "rarer"."""
    ways = ("more frequent", "rarer") if one.factor.yes_or_no else ("higher", "lower")
    return ways[0] if exact.auc >= 0.5 else ways[1]


def toward_death(exact: PrognosticFactor) -> tuple[float, float, float]:
    """The AUC with its limits in the direction that goes with death, never below one half: a low value may mark
    danger as well as a high one.
    """
    if exact.auc >= 0.5:
        return exact.auc, exact.auc_low, exact.auc_high
    return 1 - exact.auc, 1 - exact.auc_high, 1 - exact.auc_low


def auc(exact: PrognosticFactor) -> str:
    """The AUC toward death with its interval."""
    estimate, low, high = toward_death(exact)
    return f"{number(estimate, 2)} ({interval(low, high, 2)})"


def in_words(exact: PrognosticFactor) -> str:
    """The AUC inside the brackets of a sentence."""
    return auc(exact).replace(" (", ", 95% CI ").rstrip(")")


def _forest(result: Result, provenance: str) -> Figure:
    rows = tuple(
        Row(f"{one.factor.label}: {direction(one, exact)}", (_mark(exact),))
        for one, exact in strongest(result)
    )
    block = Block(
        title=f"{result.n_died} died, {result.n_healed} healed",
        x_title="Area under the ROC curve, in the direction named; 0.5 tells nothing",
        rows=rows,
        reference=0.5,
        empty_message="" if rows else "No factor varies among patients who died and patients who healed.",
    )
    return forest([block], [Series(_SERIES, theme.INK, "square")], provenance=provenance)


def _mark(exact: PrognosticFactor) -> Mark:
    estimate, low, high = toward_death(exact)
    return Mark(_SERIES, estimate, low, high, auc(exact))


def _dots(result: Result, provenance: str) -> Figure:
    unit = result.phases[0][1].factor
    return dots(
        [_panel(phase, one, result) for phase, one in result.phases],
        y_title=f"{unit.label.rpartition(', ')[0]} ({unit.unit})",
        provenance=provenance,
    )


def _panel(phase: str, one: Tested, result: Result) -> DotPanel:
    styles = theme.styles("outcome", ["healed", "died"])
    sides = ((HEALED, styles["healed"], 0.0, one.healed), (DIED, styles["died"], 1.0, one.died))
    values, patients = one.factor.values, np.array(result.patients, dtype=object)
    return DotPanel(
        title=phase,
        note=p_value(one.p_value) if one.method else "Not compared",
        groups=tuple(
            DotGroup(
                label, style, tuple(patients[own]), values[own], _centre(described, by_means=one.by_means)
            )
            for label, style, fate, described in sides
            for own in [(result.died == fate) & ~np.isnan(values)]
        ),
        empty_message="No patient has a value.",
    )


def _centre(one: Description, *, by_means: bool) -> Centre | None:
    if not one.n:
        return None
    if not by_means:
        words = f"median {significant(one.median)}, quartiles {significant(one.q1)} to {significant(one.q3)}"
        return Centre(one.median, one.q1, one.q3, words)
    if math.isnan(one.sd):
        return None
    words = f"mean {significant(one.mean)}, standard deviation {significant(one.sd)}"
    return Centre(one.mean, one.mean - one.sd, one.mean + one.sd, words)
