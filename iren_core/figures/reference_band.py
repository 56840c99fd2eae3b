"""A shaded band behind the data, such as a laboratory's reference range, with its limits as thin dashed lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from iren_core.figures import theme
from iren_core.figures.text import inert

_GROUP = "reference range"
_LINE = {"color": theme.MUTED, "width": 1.2, "dash": "longdash"}
_FILL = theme.faded(theme.MUTED, 0.16)
#: Beyond its ticks a logarithmic axis reaches by about this factor.
_LOG_ROOM = 1.25


@dataclass(frozen=True)
class Band:
    """From ``low`` to ``high`` in the unit of the axis; ``None`` leaves that side open. ``label`` names it."""

    low: float | None
    high: float | None
    label: str

    @property
    def limits(self) -> tuple[float, ...]:
        """The limits that it has."""
        return tuple(limit for limit in (self.low, self.high) if limit is not None)


def span(values: np.ndarray, linear: list[float], *, log: bool) -> tuple[float, float]:
    """Between what an open band is filled: the ends of the axis, which a logarithmic one takes from its values."""
    if not log:
        return linear[0], linear[1]
    values = values[values > 0]
    if not values.size:
        return 1.0, 1.0
    return float(values.min()) / _LOG_ROOM, float(values.max()) * _LOG_ROOM


def band_traces(
    band: Band, axes: dict[str, str], x: tuple[float, float], places: int, ends: tuple[float, float]
) -> list[go.Scatter]:
    """The filling, and a line at each limit that the axis can show.

    Parameters
    ----------
    x : where the band begins and ends along the x axis
    places : how many points each line has: a chart of a slide draws one above each of its categories
    ends : the ends of the y axis

    Roles are band and limit (``meta["bound"]`` low or high).
    """
    low, high = (
        end if limit is None else limit for limit, end in zip((band.low, band.high), ends, strict=True)
    )
    low = max(low, ends[0])
    quiet = {**axes, "mode": "lines", "name": inert(band.label), "showlegend": False, "hoverinfo": "skip"}
    filling = go.Scatter(
        **quiet, x=[x[0], x[1], x[1], x[0]], y=[low, low, high, high], fill="toself", fillcolor=_FILL,
        line={"width": 0}, legendgroup=_GROUP, meta={"role": "band", "group": band.label},
    )  # fmt: skip
    lines = [
        go.Scatter(
            **quiet, x=np.linspace(*x, places).tolist(), y=[limit] * places, line=_LINE, legendgroup=_GROUP,
            meta={"role": "limit", "group": band.label, "bound": bound},
        )
        for bound, limit in (("low", band.low), ("high", band.high))
        if limit is not None and limit >= ends[0] and not (bound == "low" and limit == 0)
    ]  # fmt: skip
    return [filling, *lines]


def band_key(bands: Iterable[Band | None]) -> list[go.Scatter]:
    """A swatch for the legend: the band by its label where there is one, all of them by one word where several."""
    labels = list(dict.fromkeys(band.label for band in bands if band is not None))
    if not labels:
        return []
    return [
        go.Scatter(
            x=[None], y=[None], mode="lines", name=inert(labels[0] if len(labels) == 1 else "Reference range"),
            legendgroup=_GROUP, showlegend=True, line=_LINE, fill="toself", fillcolor=_FILL, hoverinfo="skip",
            meta={"role": "key", "group": _GROUP},
        )
    ]  # fmt: skip
