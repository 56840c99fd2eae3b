"""Fewer points where a chart has more than can be told apart: Office draws tens of thousands slowly or not at all.

No number is changed or averaged. Points are only left out, always the same ones, and it is said how many.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np

#: Steps smaller than this share of an axis cannot be seen: a projector has about as many lines.
FINEST = 1 / 2000
#: Marks of one kind, patients joined by lines, and patients in rows, that the charts of a panel draw at most.
MOST_MARKS, MOST_LINES, MOST_ROWS = 2000, 150, 108
#: A curve of fewer points is drawn whole.
FEW_POINTS = 1000
_ALONG_X = frozenset({"censored", "point"})

Words = tuple[tuple[float, str], ...]


def thin(traces: Sequence[Any], y_words: Words, axes: tuple[Any, Any]) -> tuple[tuple[Any, ...], Words, str]:
    """The traces and the words of their rows with no more than can be seen, and a sentence on what is not drawn.

    Where all is drawn the sentence is empty. ``axes`` are the x and the y axis of the figure.
    """
    said: list[str] = []
    traces = _fewer_lines(traces, said)
    traces, y_words = _fewer_rows(traces, y_words, said)
    traces = tuple(_fewer_points(trace, axes, said) for trace in traces)
    words = f"The chart that can be edited draws {'; '.join(dict.fromkeys(said))}; nothing else is changed."
    return traces, y_words, words if said else ""


def steps_to_keep(x: np.ndarray, y: np.ndarray, finest: tuple[float, float]) -> np.ndarray:
    """The places of a step curve that show it whole: no corner is off by as much as ``finest``, in units of x and y.

    Ends of the curve and of its gaps (NaN) are kept, and so are both ends of every step as high as ``finest``.
    """
    gap = np.isnan(y)
    must = gap | np.roll(gap, 1) | np.roll(gap, -1)
    high = np.zeros(len(y), bool)
    high[1:] = np.abs(np.diff(y)) >= finest[1]
    must |= high | np.roll(high, -1)
    must[[0, -1]] = True
    kept, last_x, last_y = [], -math.inf, math.inf
    for place in range(len(x)):
        moved = y[place] != last_y and x[place] - last_x >= finest[0]
        if must[place] or moved or abs(y[place] - last_y) >= finest[1]:
            kept.append(place)
            last_x, last_y = x[place], y[place]
    return np.array(kept)


def _fewer_lines(traces: Sequence[Any], said: list[str]) -> Sequence[Any]:
    pairs = [place for place, trace in enumerate(traces) if trace.meta["role"] == "pair"]
    if len(pairs) <= MOST_LINES:
        return traces
    kept = {pairs[place] for place in _evenly([traces[place].y[0] for place in pairs], MOST_LINES)}
    said.append(f"the lines of {MOST_LINES} of {len(pairs)} patients, spread evenly over their first values")
    return [trace for place, trace in enumerate(traces) if place in kept or trace.meta["role"] != "pair"]


def _fewer_rows(traces: Sequence[Any], y_words: Words, said: list[str]) -> tuple[Sequence[Any], Words]:
    if len(y_words) <= MOST_ROWS:
        return traces, y_words
    rows = [y_words[place] for place in _evenly(range(len(y_words)), MOST_ROWS)]
    heights = {height for height, _ in rows}
    said.append(f"{MOST_ROWS} of {len(y_words)} rows, spread evenly from top to bottom")
    inside = [
        only(trace, [place for place, y in enumerate(trace.y) if y is None or float(y) in heights])
        for trace in traces
        if trace.meta["role"] != "reference" or len(trace.x) > 2
    ]
    return inside, tuple(rows)


def _fewer_points(trace: Any, axes: tuple[Any, Any], said: list[str]) -> Any:
    n = 0 if trace.x is None else len(trace.x)
    if trace.type == "scatter" and trace.mode == "lines" and trace.line.shape == "hv" and n > FEW_POINTS:
        x, y = np.asarray(trace.x, float), np.asarray(trace.y, float)
        kept: Any = steps_to_keep(x, y, (_span(axes[0], x) * FINEST, _span(axes[1], y) * FINEST))
        words = "the curves without steps too small to be seen"
    elif trace.type == "scatter" and trace.mode == "markers" and n > MOST_MARKS:
        kept = _evenly(trace.x if trace.meta["role"] in _ALONG_X else trace.y, MOST_MARKS)
        words = f"{MOST_MARKS} of {n} marks of “{trace.meta['group']}”, spread evenly"
    else:
        return trace
    if len(kept) == n:
        return trace
    said.append(words)
    return only(trace, kept)


def only(trace: Any, places: Collection[int]) -> Any:
    """A copy of the trace with these of its points."""
    copy = type(trace)(trace)
    copy.x, copy.y = ([values[place] for place in places] for values in (trace.x, trace.y))
    return copy


def _evenly(values: Iterable[float], most: int) -> list[int]:
    """As many places, spread evenly over the order of the values, the least and the greatest among them."""
    order = np.argsort(np.asarray(list(values), float), kind="stable")
    return sorted(order[np.linspace(0, len(order) - 1, most).round().astype(int)].tolist())


def _span(axis: Any, values: np.ndarray) -> float:
    """The length of the axis, of the values where it adapts to them."""
    if axis.range is not None and axis.type != "log":
        return float(axis.range[1] - axis.range[0])
    return float(np.nanmax(values) - np.nanmin(values))
