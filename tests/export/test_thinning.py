"""Charts of many patients: fewer points, none of them changed, no visible step lost, and said so."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from plotly.graph_objects import Figure
from pptx import Presentation

from iren_core.card import Card
from iren_core.export.native_charts import panels_of
from iren_core.export.powerpoint import deck
from iren_core.export.thinning import FEW_POINTS, FINEST, MOST_LINES, MOST_MARKS, steps_to_keep
from iren_core.figures.curves import Curve, Panel, step_curves
from iren_core.figures.pairs import PairedPanel, Summary, paired_lines

STEPS = 9_000


def many_steps() -> Curve:
    """A curve that falls in 9 000 small steps and one large one, with a mark at each."""
    days = np.linspace(0.001, 60, STEPS)
    drops = np.full(STEPS, 0.5 / STEPS)
    drops[STEPS // 2] = 0.4
    survival = 1 - np.cumsum(drops)
    at_risk = np.arange(STEPS, 0, -1)
    return Curve(
        "A", "#0072B2", "solid", days, 1 - survival, np.clip(1 - survival - 0.05, 0, 1),
        np.clip(1 - survival + 0.05, 0, 1), at_risk, (STEPS, 1), days, 1 - survival,
    )  # fmt: skip


@pytest.fixture(scope="module")
def large_figure() -> Figure:
    """Drawn once: Plotly takes a second for a few thousand steps."""
    return step_curves(
        [Panel("All", (many_steps(),), "")], y_title="Healed", x_title="Days", x_max=60, ticks=(0, 30, 60),
        provenance="large.csv",
    )  # fmt: skip


@pytest.fixture
def large_card(curve_card: Card, large_figure: Figure) -> Card:
    return replace(curve_card, figure=large_figure)


def curve(xs: np.ndarray, ys: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The height of a step curve at these places."""
    return ys[np.searchsorted(xs, at, side="right") - 1]


def test_a_thinned_curve_is_nowhere_off_by_what_can_be_seen(large_card: Card) -> None:
    drawn = next(trace for trace in large_card.figure.data if trace.meta["role"] == "estimate")
    (panel,) = panels_of(large_card.figure)
    kept = next(trace for trace in panel.traces if trace.meta["role"] == "estimate")
    xs, ys = np.asarray(drawn.x, float), np.asarray(drawn.y, float)
    kept_x, kept_y = np.asarray(kept.x, float), np.asarray(kept.y, float)
    assert len(xs) > FEW_POINTS
    assert len(kept_x) < len(xs) / 2
    assert len(kept_x) < 4 / FINEST
    off = np.abs(curve(xs, ys, xs) - curve(kept_x, kept_y, xs))
    assert off.max() < FINEST
    assert set(zip(kept_x, kept_y, strict=True)) <= set(zip(xs, ys, strict=True))  # no number is changed


def test_the_large_step_keeps_both_its_ends(large_card: Card) -> None:
    (panel,) = panels_of(large_card.figure)
    kept = next(trace for trace in panel.traces if trace.meta["role"] == "estimate")
    heights = np.asarray(kept.y, float)
    assert np.diff(heights).max() == pytest.approx(0.4 + 0.5 / STEPS, abs=1 / STEPS)


def test_it_is_said_on_the_slide_and_in_the_notes(large_card: Card) -> None:
    slide = Presentation(BytesIO(deck([large_card]))).slides[0]
    caption = next(shape.text_frame.text for shape in slide.shapes if shape.name == "Caption")
    words = (
        "The chart that can be edited draws the curves without steps too small to be seen; "
        f"{MOST_MARKS} of {STEPS} marks of “A”, spread evenly; nothing else is changed."
    )
    assert words in caption
    assert words in slide.notes_slide.notes_text_frame.text


def test_few_patients_are_drawn_whole_and_nothing_is_said(curve_card: Card) -> None:
    assert [panel.thinned for panel in panels_of(curve_card.figure)] == ["", ""]
    assert (
        "too small"
        not in Presentation(BytesIO(deck([curve_card]))).slides[0].notes_slide.notes_text_frame.text
    )


def test_lines_of_many_patients_are_chosen_evenly(curve_card: Card) -> None:
    n = 2 * MOST_LINES
    before = np.random.default_rng(1).permutation(n).astype(float) + 1
    figure = paired_lines(
        [
            PairedPanel(
                "A", "#0072B2", tuple(f"P{place}" for place in range(n)), before, before / 2,
                (Summary(150.0, 75.0, 225.0, n), Summary(75.0, 37.0, 112.0, n)), "",
            )
        ],
        y_title="CRP (mg/L)", log=False, provenance="large.csv",
    )  # fmt: skip
    (panel,) = panels_of(figure)
    lines = [trace for trace in panel.traces if trace.meta["role"] == "pair"]
    first = sorted(float(trace.y[0]) for trace in lines)
    assert len(lines) == MOST_LINES
    assert (first[0], first[-1]) == (1, n)
    assert np.diff(first).max() <= np.ceil(n / (MOST_LINES - 1))
    assert f"the lines of {MOST_LINES} of {n} patients" in panel.thinned
    summaries = [trace for trace in panel.traces if trace.meta["role"] == "summary"]
    assert len(summaries) == 1
    slide = Presentation(BytesIO(deck([replace(curve_card, figure=figure)]))).slides[0]
    chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
    assert len(list(chart.plots[0].series)) == MOST_LINES + 1


@settings(max_examples=200)
@given(
    st.integers(2, 300).flatmap(
        lambda n: st.tuples(
            arrays(float, n, elements=st.floats(0, 1)), arrays(float, n, elements=st.floats(0, 1))
        )
    )
)
def test_no_curve_is_off_by_what_can_be_seen(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    gaps, ys = drawn
    xs = np.cumsum(gaps + 1e-6)
    kept = steps_to_keep(xs, ys, (0.05, 0.02))
    assert kept[0] == 0
    assert kept[-1] == len(xs) - 1
    assert np.abs(ys - curve(xs[kept], ys[kept], xs)).max() < 0.02


def test_gaps_of_a_curve_stay_gaps() -> None:
    xs = np.arange(1000.0)
    ys = np.linspace(0, 0.001, 1000)
    ys[400:500] = np.nan
    kept = steps_to_keep(xs, ys, (1e9, 1.0))
    assert {0, 399, 400, 499, 500, 999} <= set(kept.tolist())
