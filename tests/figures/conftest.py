"""Made-up shapes for pictures. Their numbers need no witness: a picture must give back what it was given."""

from __future__ import annotations

import numpy as np
import pytest

from iren_core.figures.columns import Column, Group
from iren_core.figures.curves import Curve, Panel
from iren_core.figures.forest import Block, Mark, Row
from iren_core.figures.pairs import PairedPanel, Summary
from iren_core.figures.scatter import Line, Points, ScatterPanel

BLUE, ORANGE = "#0072B2", "#D55E00"
NAN = float("nan")


@pytest.fixture
def fast() -> Curve:
    """Heals on days 9, 12 and 17; the limits are unknown once all have healed; one is last seen on day 20."""
    return Curve(
        label="Corticosteroids + TNF inhibitor",
        colour=BLUE,
        dash="solid",
        time=np.array([9.0, 12.0, 17.0]),
        estimate=np.array([0.25, 0.5, 0.75]),
        low=np.array([0.04, 0.15, NAN]),
        high=np.array([0.6, 0.8, NAN]),
        at_risk=np.array([4, 3, 2]),
        at_risk_at_ticks=(4, 4, 2, 0),
        censor_times=np.array([20.0]),
        censor_estimates=np.array([0.75]),
    )


@pytest.fixture
def slow() -> Curve:
    """Heals on days 14 and 21, nobody lost."""
    return Curve(
        label="Corticosteroids alone",
        colour=ORANGE,
        dash="dash",
        time=np.array([14.0, 21.0]),
        estimate=np.array([0.4, 1.0]),
        low=np.array([0.1, 0.55]),
        high=np.array([0.7, 1.0]),
        at_risk=np.array([5, 3]),
        at_risk_at_ticks=(5, 5, 5, 3),
    )


@pytest.fixture
def curve_panels(fast: Curve, slow: Curve) -> list[Panel]:
    """Two panels with curves and one without."""
    return [
        Panel("SJS", (fast, slow), note="log-rank p = 0.02"),
        Panel("All patients", (fast, slow)),
        Panel("TEN", (), empty_message="No patient with TEN has healed."),
    ]


@pytest.fixture
def pair_panels() -> list[PairedPanel]:
    """One value that falls, one that rises, one unchanged, one pair that lacks its second half."""
    return [
        PairedPanel(
            label="Corticosteroids alone",
            colour=ORANGE,
            patients=("A1", "A2", "A3", "A4"),
            before=np.array([100.0, 5.0, 40.0, 30.0]),
            after=np.array([10.0, 50.0, 40.0, NAN]),
            summaries=(Summary(40.0, 5.0, 100.0, 3), Summary(40.0, 10.0, 50.0, 3)),
            note="Wilcoxon signed-rank p = 1.0",
        ),
        PairedPanel("Ciclosporin", BLUE, (), np.empty(0), np.empty(0), None, empty_message="No pair."),
    ]


@pytest.fixture
def death_groups() -> list[Group]:
    """Two groups in one panel, one in another."""
    return [
        Group("A", BLUE, 14, Column(6.6, None, None, "6.6"), Column(2, 0.24, 7.2, "2"), "All patients"),
        Group("B", ORANGE, 18, Column(4.0, None, None, "4.0"), Column(1, 0.03, 5.6, "1"), "All patients"),
        Group("A", BLUE, 5, Column(4.3, None, None, "4.3"), Column(0, 0.0, 3.7, "0"), "TEN"),
    ]


@pytest.fixture
def scatter_panel() -> ScatterPanel:
    """Three patients who healed and one who did not, with a straight line and its band."""
    return ScatterPanel(
        "Body mass index (n = 3)",
        "Pearson's r −0.58",
        "Body mass index (kg/m²)",
        (
            Points(
                "Arm <A>", "#0072B2", "circle", ("p1", "p2", "p3"), np.array([18.0, 22.0, 28.4]), np.array([31, 21, 13])
            ),
            Points("Died", "#4A4A4A", "x", ("p4",), np.array([14.5]), np.array([NAN])),
        ),
        Line(
            "Straight line", "solid", np.array([18.0, 28.4]), np.array([30.0, 14.0]), np.array([25.0, 8.0]),
            np.array([35.0, 18.0]),
        ),
    )  # fmt: skip


@pytest.fixture
def forest_block() -> Block:
    """One row with one mark beside the line of no difference."""
    return Block(
        "Days", "Difference, days", (Row("Healing", (Mark("A", -8.0, -12.5, -4.0, "−8 (−12 to −4)"),)),)
    )
