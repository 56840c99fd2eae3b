"""The headline contrasts as a forest plot: shapes for ``figures.forest``."""

from __future__ import annotations

from itertools import groupby

from plotly.graph_objects import Figure

from iren_core.analyses.published.comparison import Result
from iren_core.analyses.published.contrasts import CORRELATION, DEATHS, DOSE, TIME, Contrast, Estimate
from iren_core.errors import CohortError
from iren_core.figures.forest import Block, Mark, Row, Series, forest
from iren_core.figures.theme import INK, colour
from iren_core.wording import estimate

THEIRS = "The study"

#: Title and axis of each block.
_WORDS = {
    TIME: (
        "Days: combination minus corticosteroids alone",
        "Difference of means in days, patients who healed",
    ),
    DOSE: (
        "Cumulative dose: combination minus corticosteroids alone",
        "Difference of means in mg prednisone equivalent, patients who healed",
    ),
    DEATHS: ("Deaths: combination minus corticosteroids alone", "Difference of risks in percentage points"),
    CORRELATION: ("Correlation with the days to healing", "Coefficient, patients who healed"),
}


def yours(result: Result) -> str:
    """What the cohort is called beside the study."""
    return "The sample" if result.is_sample else "These patients"


def draw(result: Result, provenance: str) -> Figure:
    """One block a unit, two marks a contrast: the cohort's and the study's."""
    blocks = [
        Block(*_WORDS[block], tuple(_row(contrast, yours(result)) for contrast in members))
        for block, members in groupby(result.contrasts, key=lambda contrast: contrast.block)
    ]
    series = [
        Series(yours(result), colour("arm", "combination"), "circle"),
        Series(THEIRS, INK, "diamond-open"),
    ]
    return forest(blocks, series, provenance=provenance)


def _row(contrast: Contrast, name: str) -> Row:
    theirs = _mark(THEIRS, contrast.theirs, contrast.digits)
    if isinstance(contrast.yours, CohortError):
        return Row(contrast.label, (theirs,))
    return Row(contrast.label, (_mark(name, contrast.yours, contrast.digits), theirs))


def _mark(series: str, one: Estimate, digits: int) -> Mark:
    words = estimate(one.value, one.low, one.high, digits, level="")
    if one.low != one.low or one.high != one.high:  # not a number: too few patients for an interval
        return Mark(series, one.value, None, None, words)
    return Mark(series, one.value, one.low, one.high, words)
