"""The ratios of the rates of healing as a picture: shapes for ``figures.forest``."""

from __future__ import annotations

import math

from plotly.graph_objects import Figure

from iren_core.analyses.robustness.models import Model, Result
from iren_core.errors import CohortError
from iren_core.figures.forest import Block, Mark, Row, Series, forest
from iren_core.figures.theme import INK
from iren_core.wording import estimate, in_sentence

_SERIES = "Ratio of the rates of healing with 95% interval"


def draw(result: Result, provenance: str) -> Figure:
    """One row a model, on a logarithmic axis."""
    first, second = result.labels
    rows = tuple(Row(model.name, (mark,)) for model in result.models if (mark := _mark(model)) is not None)
    block = Block(
        title=f"{second} against {in_sentence(first)}",
        x_title="Ratio of the rates of healing (below 1: heals later)",
        rows=rows,
        reference=1.0,
        log=True,
        empty_message="" if rows else "No ratio can be estimated.",
    )
    return forest([block], [Series(_SERIES, INK, "square")], provenance=provenance)


def _mark(model: Model) -> Mark | None:
    if isinstance(model.ratio, CohortError):
        return None
    ratio, low, high = model.ratio.ratios[0], model.ratio.lows[0], model.ratio.highs[0]
    if not all(map(math.isfinite, (ratio, low, high))) or low <= 0:
        return None
    return Mark(_SERIES, ratio, low, high, estimate(ratio, low, high, 2, level=""))
