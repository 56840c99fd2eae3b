"""In a real browser no words of a picture are cut or lie on one another, from 700 px of width up."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from iren_core.figures.columns import Group, predicted_observed
from iren_core.figures.curves import Curve, Panel, step_curves
from iren_core.figures.forest import Block, Mark, Row, Series, forest
from iren_core.figures.pairs import PairedPanel, paired_lines
from iren_core.figures.scatter import ScatterPanel, scatter

BROWSER = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome", "msedge"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="needs Chrome, Chromium or Edge"),
]
PROVENANCE = "cohort.csv (SHA-256 1a2b3c4d) · 32 of 32 patients: all patients · log-rank test · version 0.1.0"
TOLERATED_PX = 2.5

#: Reports every text that leaves the picture and every two that share more than the tolerated height.
SCRIPT = """<script>setTimeout(() => {
  const frame = document.querySelector('.js-plotly-plot').getBoundingClientRect();
  const texts = [...document.querySelectorAll('.js-plotly-plot svg text')].filter(e => e.textContent.trim())
    .map(e => ({words: e.textContent, box: e.getBoundingClientRect()})).filter(t => t.box.width > 0);
  const found = [];
  texts.forEach((a, i) => {
    if (a.box.left < frame.left || a.box.right > frame.right || a.box.top < frame.top
        || a.box.bottom > frame.bottom) found.push('cut: ' + a.words);
    texts.slice(i + 1).forEach(b => {
      const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      if (wide > 1 && high > TOLERATED) found.push(a.words + ' lies on ' + b.words);
    });
  });
  document.body.innerHTML = '<pre id="report"></pre>';
  document.getElementById('report').textContent = JSON.stringify({texts: texts.length, found});
}, 1500)</script></body>""".replace("TOLERATED", str(TOLERATED_PX))


@pytest.fixture
def report_on(tmp_path: Path) -> Callable[[go.Figure, int], dict[str, Any]]:
    def report(figure: go.Figure, width: int) -> dict[str, Any]:
        page = tmp_path / "picture.html"
        figure.write_html(page, include_plotlyjs=True, config={"displayModeBar": False})
        source = page.read_text(encoding="utf-8").replace("<body>", '<body style="margin:0">')
        page.write_text(source.replace("</body>", SCRIPT), encoding="utf-8")
        flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--dump-dom",
        ]
        window = [
            f"--window-size={width},900",
            "--virtual-time-budget=5000",
            f"--user-data-dir={tmp_path}/profile",
        ]
        done = subprocess.run(
            [str(BROWSER), *flags, *window, page.as_uri()],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        match = re.search(r'<pre id="report">(.*?)</pre>', done.stdout, re.DOTALL)
        assert match is not None
        return json.loads(html.unescape(match[1]))

    return report


def curves(panels: list[Panel]) -> go.Figure:
    return step_curves(
        panels,
        y_title="Re-epithelised",
        x_title="Days since first corticosteroid dose",
        x_max=42,
        ticks=(0, 7, 14, 21, 28, 35, 42),
        provenance=PROVENANCE,
    )


@pytest.mark.parametrize("width", [700, 1100])
def test_curves(
    report_on: Callable[[go.Figure, int], dict[str, Any]], curve_panels: list[Panel], slow: Curve, width: int
) -> None:
    chinese = replace(slow, label="糖皮质激素联合肿瘤坏死因子抑制剂", colour="#009E73", dash="dot")
    long_words = Panel(
        "SJS/TEN overlap (n = 12)", (slow, chinese), note="Log-rank test: χ² = 13.11, df 1, p < 0.001"
    )
    weekly = [
        replace(panel, curves=tuple(replace(c, at_risk_at_ticks=(12,) * 7) for c in panel.curves))
        for panel in [*curve_panels[1:], long_words]
    ]
    report = report_on(curves(weekly), width)
    assert report["found"] == []
    assert report["texts"] > 50


@pytest.mark.parametrize("width", [700, 1100])
def test_pairs(
    report_on: Callable[[go.Figure, int], dict[str, Any]], pair_panels: list[PairedPanel], width: int
) -> None:
    long_note = replace(
        pair_panels[0],
        label="Corticosteroids + TNF inhibitor (12 of 14 with both values)",
        note="Wilcoxon signed-rank, exact: p = 0.004; median change −21.3 mg/L (95% CI −40.1 to −8.0)",
    )
    figure = paired_lines(
        [long_note, *pair_panels], y_title="C-reactive protein (mg/L)", log=True, provenance=PROVENANCE
    )
    assert report_on(figure, width)["found"] == []


@pytest.mark.parametrize("width", [700, 1100])
def test_columns(
    report_on: Callable[[go.Figure, int], dict[str, Any]], death_groups: list[Group], width: int
) -> None:
    labels = ("All", "Corticosteroids + TNF inhibitor", "Corticosteroids alone")
    groups = [
        replace(group, label=label, panel=panel)
        for panel in ("All patients", "SJS", "TEN")
        for group, label in zip(death_groups, labels, strict=True)
    ]
    figure = predicted_observed(
        groups, mode="expected", provenance=PROVENANCE, notes={"SJS": "SMR 0.24 (95% CI 0.01 to 1.31)"}
    )
    assert report_on(figure, width)["found"] == []


@pytest.mark.parametrize("width", [700, 1100])
def test_scatter(
    report_on: Callable[[go.Figure, int], dict[str, Any]], scatter_panel: ScatterPanel, width: int
) -> None:
    long_words = replace(
        scatter_panel,
        title="Latency from checkpoint inhibitor to onset (n = 29)",
        note="Spearman's rho −0.58 (95% CI −0.78 to −0.27), p = 0.001",
        x_title="Latency from checkpoint inhibitor to onset (days)",
    )
    panels = [scatter_panel, long_words, long_words]
    figure = scatter(panels, y_title="Time to re-epithelization (days)", strip="Died", provenance=PROVENANCE)
    assert report_on(figure, width)["found"] == []


@pytest.mark.parametrize("width", [700, 1100])
def test_forest(
    report_on: Callable[[go.Figure, int], dict[str, Any]], forest_block: Block, width: int
) -> None:
    words = "−417 (95% CI −876 to 42)"
    marks = (
        Mark("These patients", -417, -876, 42, words),
        Mark("The study, as printed", -400, -800, 40, words),
    )
    rows = tuple(
        Row(f"Cumulative prednisone-equivalent dose, {part}", marks) for part in ("all patients", "TEN")
    )
    block = Block(
        "Dose of corticosteroids until healing", "Difference of means, mg: combination minus alone", rows
    )
    series = [
        Series("These patients", "#0072B2", "circle"),
        Series("The study, as printed", "#4A4A4A", "diamond-open"),
    ]
    figure = forest([forest_block, block], series, provenance=PROVENANCE)
    assert report_on(figure, width)["found"] == []
