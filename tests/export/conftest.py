"""Made-up cards. Their numbers need no witness: a file must give back what it was given."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from plotly.graph_objects import Figure

from iren_core.card import Card, Table
from iren_core.figures.columns import Column, Group, predicted_observed
from iren_core.figures.curves import Curve, Panel, step_curves
from iren_core.figures.pairs import PairedPanel, Summary, paired_lines

sys.path.insert(0, str(Path(__file__).parent))  # every_card.py and validity.py, shared by the tests here

BLUE, ORANGE = "#0072B2", "#D55E00"
PROVENANCE = "cohort.csv (SHA-256 1a2b3c4d) · 32 of 32 patients: all patients · log-rank test · version 0.1.0"
NAN = float("nan")


def card_with(figure: Figure, *tables: Table, key: str = "healing") -> Card:
    return Card(
        key=key,
        title="Healing by treatment arm",
        finding="Half of the patients had healed by day 14 with A and day 21 with B (log-rank p = 0.02; n = 9).",
        figure=figure,
        alt="Step curves of the share of patients who had healed.",
        caption="Bands are pointwise 95% intervals.",
        tables=tables,
        notes=("The arm was chosen at the bedside.",),
        methods="Kaplan-Meier estimate.",
        provenance=PROVENANCE,
        code="print()",
    )


def table(key: str, title: str, columns: dict[str, list[object]], note: str = "") -> Table:
    values = pd.DataFrame(columns)
    return Table(key, title, values.astype(str), values, note)


def curve_panel(title: str) -> Panel:
    """A panel of two curves in which nothing is left open."""
    days, share = np.array([9.0, 14.0]), np.array([0.4, 1.0])
    limits = np.array([0.1, 0.55]), np.array([0.7, 1.0])
    at_risk = np.array([5, 3])
    return Panel(
        title,
        (
            Curve("A", BLUE, "solid", days, share, *limits, at_risk, (5, 5, 5, 3)),
            Curve("B", ORANGE, "dash", days + 5, share, *limits, at_risk, (5, 5, 5, 3)),
        ),
    )


@pytest.fixture
def curve_card() -> Card:
    """Two panels of curves, numbers at risk for each, a main table."""
    fast = Curve(
        "A", BLUE, "solid", np.array([9.0, 12.0, 17.0]), np.array([0.25, 0.5, 0.75]), np.array([0.04, 0.15, NAN]),
        np.array([0.6, 0.8, NAN]), np.array([4, 3, 2]), (4, 4, 2, 0), np.array([20.0]), np.array([0.75]),
    )  # fmt: skip
    slow = Curve(
        "B", ORANGE, "dash", np.array([14.0, 21.0]), np.array([0.4, 1.0]), np.array([0.1, 0.55]),
        np.array([0.7, 1.0]), np.array([5, 3]), (5, 5, 5, 3),
    )  # fmt: skip
    figure = step_curves(
        [Panel("SJS", (fast, slow), "log-rank p = 0.02"), Panel("TEN", (slow,))],
        y_title="Healed", x_title="Days since first dose", x_max=21, ticks=(0, 7, 14, 21), provenance=PROVENANCE,
    )  # fmt: skip
    at_risk = table(
        "at_risk",
        "Number at risk",
        {
            "Panel": ["SJS", "SJS", "TEN"],
            "Group": ["A", "B", "B"],
            "Day 0": [4, 5, 5],
            "Day 7": [4, 5, 5],
            "Day 14": [2, 5, 5],
            "Day 21": [0, 3, 3],
        },
    )
    main = table(
        "summary", "Days to healing", {"Group": ["A", "B"], "Median": [14.5, NAN]}, note="By Kaplan-Meier."
    )
    return card_with(figure, main, at_risk)


@pytest.fixture
def pair_card() -> Card:
    """One panel of pairs on a logarithmic axis and one without a patient."""
    figure = paired_lines(
        [
            PairedPanel(
                "B", ORANGE, ("hospital number 4711", "P2", "P3"), np.array([100.0, 5.0, 30.0]),
                np.array([10.0, 50.0, NAN]), (Summary(52.5, 5.0, 100.0, 2), Summary(30.0, 10.0, 50.0, 2)), "p = 1.0",
            ),
            PairedPanel("A", BLUE, (), np.empty(0), np.empty(0), None, empty_message="No patient has both values."),
        ],
        y_title="CRP (mg/L)", log=True, provenance=PROVENANCE,
    )  # fmt: skip
    return card_with(figure, key="recovery")


@pytest.fixture
def death_card() -> Card:
    """Expected and observed deaths of two arms in one panel."""
    groups = [
        Group("A", BLUE, 14, Column(6.63, None, None, "6.6"), Column(2, 0.24, 7.2, "2")),
        Group("B", ORANGE, 18, Column(4.04, None, None, "4.0"), Column(1, 0.03, 5.6, "1")),
    ]
    return card_with(predicted_observed(groups, mode="expected", provenance=PROVENANCE), key="mortality")


@pytest.fixture
def hostile_table() -> Table:
    """Words that a spreadsheet could run, beside numbers that only look like them."""
    words = ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "治疗", "plain"]
    return table(
        "hostile", "=HYPERLINK(1)", {"=A1": words, "number": [-1.5, 0.1 + 0.2, 1e-300, 7, NAN, 1, 2, 3, 4, 5]}
    )
