"""Predicted beside observed deaths as a picture: shapes for ``figures.columns`` and ``figures.forest``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np
from plotly.graph_objects import Figure

from iren_core.analyses.mortality.deaths import GroupDeaths, PanelDeaths, Result
from iren_core.analyses.scorten_items import ITEMS
from iren_core.counted import is_
from iren_core.errors import CohortError
from iren_core.figures.columns import Column, Group, predicted_observed
from iren_core.figures.forest import Block, Mark, Row, Series, forest
from iren_core.figures.theme import MUTED, Style
from iren_core.stats.mortality import ObservedExpected
from iren_core.stats.prediction import ScoreGroup
from iren_core.wording import estimate, in_sentence, listed, number, percent

_MODES: dict[str, Literal["expected", "study"]] = {
    "expected deaths": "expected",
    "the study's figure": "study",
}
_ALL = "All"
#: A limit further out than this, or than the largest ratio and half as much again, is drawn to there: it would push
#: all else together.
_FURTHEST = 3.0


def draw(result: Result, styles: Mapping[str, Style], provenance: str) -> Figure:
    """The picture that the settings ask for."""
    view = result.settings.view
    if view == "by score":
        return _by_score(result, provenance)
    if view == "ratios":
        return _ratios(result, styles, provenance)
    mode = _MODES[view]
    return predicted_observed(
        [group for panel in result.panels for group in _groups(panel, mode, styles)],
        mode=mode,
        notes={panel.title: _ratio(panel) for panel in result.panels},
        provenance=provenance,
        empty_message=nobody_counted(result),
    )


def _by_score(result: Result, provenance: str) -> Figure:
    """Two columns a score: the risk it predicts, and the share who died."""
    title = result.panels[0].title
    groups = () if isinstance(result.by_score, CohortError) else result.by_score
    return predicted_observed(
        [_score_group(group, title) for group in groups],
        mode="score",
        notes={title: "By SCORTEN"},
        provenance=provenance,
        empty_message=nobody_counted(result),
    )


def _score_group(group: ScoreGroup, panel: str) -> Group:
    return Group(
        f"SCORTEN {group.score:g}",
        MUTED,
        group.n,
        Column(group.mean_risk, None, None, percent(group.mean_risk)),
        Column(group.observed, *group.interval, f"{group.n_events}/{group.n}"),
        panel,
    )


def _ratios(result: Result, styles: Mapping[str, Style], provenance: str) -> Figure:
    """A row for everybody and each group of each panel on one axis; below them the groups against each other."""
    end = _end(result)
    drawn = [(panel, label, group) for panel in result.panels for label, group in _compared(panel)]
    rows = tuple(_row(panel.title, label, group, end) for panel, label, group in drawn if _known(group))
    blocks = [
        Block(
            "Observed ÷ expected deaths",
            "Standardised mortality ratio (SMR)",
            rows,
            reference=1.0,
            empty_message=nobody_counted(result),
        )
    ]
    against = tuple(_against(result))
    if against:
        title = "One group's ratio ÷ the other's"
        blocks.append(Block(title, "Ratio of SMRs", against, reference=1.0, log=True))
    labels = [*dict.fromkeys(label for _, label, _ in drawn), *([_PAIR] if against else [])]
    return forest(blocks, [Series(label, *_mark(label, styles)) for label in labels], provenance=provenance)


_PAIR = "One group against another"


def _compared(panel: PanelDeaths) -> list[tuple[str, GroupDeaths]]:
    groups = panel.groups if len(panel.groups) > 1 else ()
    return [(_ALL, panel.everybody), *((group.label, group) for group in groups)]


def _known(group: GroupDeaths) -> bool:
    return not isinstance(group.numbers, CohortError)


def nobody_counted(result: Result) -> str:
    """Why no patient can be counted, and what to do; "" where some can."""
    if not isinstance(result.panels[0].everybody.numbers, CohortError):
        return ""
    lacking = [item.heading for item in ITEMS if np.isnan(result.scores.points[item.name]).all()]
    if result.settings.score == "as in the file" or not lacking:
        return "No patient has both SCORTEN and an outcome. Widen the filters, or add the missing values."
    return (
        f"No patient has a whole SCORTEN with an outcome: {listed(map(in_sentence, lacking))} {is_(len(lacking))} "
        "recorded for nobody. Match a column on the page Load data, or take SCORTEN as in the file."
    )


def _mark(label: str, styles: Mapping[str, Style]) -> tuple[str, str]:
    if label in styles:
        return styles[label].colour, styles[label].symbol
    return MUTED, "square" if label == _ALL else "cross"


def _end(result: Result) -> float:
    known = [
        group.numbers.estimate
        for panel in result.panels
        for group in (panel.everybody, *panel.groups)
        if not isinstance(group.numbers, CohortError)
    ]
    return max([_FURTHEST, *(1.5 * one for one in known)])


def _row(panel: str, label: str, group: GroupDeaths, end: float) -> Row:
    numbers = group.numbers
    assert isinstance(numbers, ObservedExpected)
    words = f"{estimate(numbers.estimate, numbers.low, numbers.high, 2, level='')}; {numbers.observed} of {numbers.n}"
    name = panel if label == _ALL else f"{panel}: {in_sentence(label)}"
    return Row(name, (Mark(label, numbers.estimate, numbers.low, min(numbers.high, end), words),))


def _against(result: Result) -> Iterator[Row]:
    """The pairs whose ratio has a place on a logarithmic axis."""
    for panel in result.panels:
        for pair in panel.pairs:
            ratio = pair.ratio
            if not isinstance(ratio, CohortError) and 0 < ratio.estimate < math.inf:
                words = estimate(ratio.estimate, ratio.low, ratio.high, 2, level="")
                label = f"{panel.title}: {in_sentence(pair.first)} ÷ {in_sentence(pair.second)}"
                yield Row(label, (Mark(_PAIR, ratio.estimate, ratio.low, ratio.high, words),))


def _groups(panel: PanelDeaths, mode: str, styles: Mapping[str, Style]) -> list[Group]:
    coloured = [(panel.everybody, MUTED)]
    if len(panel.groups) > 1:
        coloured += [(group, styles[group.label].colour) for group in panel.groups]
    return [
        _group(group, colour, mode, panel.title)
        for group, colour in coloured
        if not isinstance(group.numbers, CohortError)
    ]


def _ratio(panel: PanelDeaths) -> str:
    numbers = panel.everybody.numbers
    if isinstance(numbers, CohortError):
        return numbers.found
    return f"SMR {estimate(numbers.estimate, numbers.low, numbers.high, 2)}"


def _group(group: GroupDeaths, colour: str, mode: str, panel: str) -> Group:
    numbers = group.numbers
    assert isinstance(numbers, ObservedExpected)
    predicted, observed = _deaths(numbers) if mode == "expected" else _study(numbers)
    return Group(group.label, colour, numbers.n, predicted, observed, panel)


def _deaths(numbers: ObservedExpected) -> tuple[Column, Column]:
    low, high = (bound * numbers.n for bound in (numbers.proportion_low, numbers.proportion_high))
    return (
        Column(numbers.expected, None, None, number(numbers.expected, 1)),
        Column(numbers.observed, low, high, str(numbers.observed)),
    )


def _study(numbers: ObservedExpected) -> tuple[Column, Column]:
    return (
        Column(numbers.median_risk, numbers.risk_q1, numbers.risk_q3, percent(numbers.median_risk)),
        Column(
            numbers.proportion, numbers.proportion_low, numbers.proportion_high, percent(numbers.proportion)
        ),
    )
