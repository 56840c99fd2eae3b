"""A forest plot gives back the estimates and intervals it was given."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from iren_core.figures.forest import Block, Mark, Row, Series, forest

YOURS, THEIRS = Series("Yours", "#0072B2", "circle"), Series("Theirs", "#4A4A4A", "diamond-open")
DAYS = Block(
    "Days",
    "Difference, days",
    (
        Row("Healing", (Mark("Yours", -8, -12.5, -4, "−8"), Mark("Theirs", -9, -13, 3, "−9"))),
        Row("Steroids", (Mark("Yours", 2, -4, 9, "2"), Mark("Theirs", 1, None, None, "1"))),
    ),
)
RISKS = Block(
    "Deaths", "Risk ratio", (Row("All", (Mark("Yours", 2.6, 0.2, math.inf, "2.6"),)),), reference=1, log=True
)


def draw(*blocks: Block):
    return forest(blocks, (YOURS, THEIRS), provenance="cohort.csv")


def traces(figure, role: str) -> list:
    return [trace for trace in figure.data if trace.meta["role"] == role]


def test_marks_and_whiskers_span_what_was_given():
    yours, theirs, bare = traces(draw(DAYS), "effect")
    assert (list(yours.x), list(theirs.x), list(bare.x)) == ([-8, 2], [-9], [1])
    assert [x + more for x, more in zip(yours.x, yours.error_x.array, strict=True)] == [-4, 9]
    assert [x - less for x, less in zip(yours.x, yours.error_x.arrayminus, strict=True)] == [-12.5, -4]
    assert (theirs.error_x.array, theirs.error_x.arrayminus) == ((12,), (4,))


def test_a_mark_without_interval_has_no_whisker():
    bare = traces(draw(DAYS), "effect")[-1]
    assert bare.error_x.array is None


def test_rows_go_downwards_and_marks_of_a_row_lie_apart():
    yours, theirs, bare = traces(draw(DAYS), "effect")
    assert yours.y[0] > theirs.y[0] > yours.y[1] > bare.y[0]


def test_an_infinite_limit_ends_at_the_axis():
    figure = draw(RISKS)
    (mark,) = traces(figure, "effect")
    assert mark.x[0] + mark.error_x.array[0] == figure.layout.xaxis.tickvals[-1] == 5
    assert mark.x[0] - mark.error_x.arrayminus[0] == pytest.approx(0.2)


def test_the_axis_holds_every_finite_limit_and_the_reference():
    ticks = draw(replace(DAYS, reference=30.0)).layout.xaxis.tickvals
    assert ticks[0] <= -13
    assert ticks[-1] >= 30


@pytest.mark.parametrize(("low", "high"), [(0.001, 900.0), (0.9, 1.1), (1.0, 1.0), (3.0, 40.0)])
def test_a_logarithmic_axis_holds_its_interval_with_few_ticks(low: float, high: float):
    block = replace(RISKS, rows=(Row("All", (Mark("Yours", 1.0, low, high, ""),)),))
    ticks = draw(block).layout.xaxis.tickvals
    assert ticks[0] <= low <= high <= ticks[-1]
    assert 2 <= len(ticks) <= 7


def test_every_block_has_its_axes_and_says_where_its_rows_are():
    figure = draw(DAYS, RISKS)
    panels = figure.layout.meta["panels"]
    assert [panel["title"] for panel in panels] == ["Days", "Deaths"]
    assert [label for label, _ in panels[0]["rows"]] == ["Healing", "Steroids"]
    assert figure.layout.xaxis2.type == "log"
    assert figure.layout.yaxis2.domain[1] < figure.layout.yaxis.domain[0]


def test_the_numbers_stand_beside_the_marks():
    notes = {note.text: note for note in draw(DAYS).layout.annotations}
    yours = traces(draw(DAYS), "effect")[0]
    assert (notes["−8"].y, notes["−8"].yref) == (yours.y[0], "y")


def test_the_line_of_no_difference_can_be_left_out():
    assert [tuple(line.x) for line in traces(draw(DAYS, RISKS), "reference")] == [(0, 0), (1, 1)]
    assert traces(draw(replace(DAYS, reference=None)), "reference") == []


def test_a_block_without_rows_says_why():
    figure = draw(Block("Days", "Difference, days", (), empty_message="Nobody has healed."))
    assert "Nobody has healed." in [note.text for note in figure.layout.annotations]


def test_labels_do_nothing():
    figure = draw(Block("<i>x</i>", "<b>y</b>", (Row("<b>z</b>", (Mark("Yours", 1, 0, 2, "<u>1</u>"),)),)))
    assert figure.layout.yaxis.ticktext == ("&lt;b&gt;z&lt;/b&gt;",)
    assert figure.layout.xaxis.title.text == "&lt;b&gt;y&lt;/b&gt;"
    assert {"<b>&lt;i&gt;x&lt;/i&gt;</b>", "&lt;u&gt;1&lt;/u&gt;"} <= {
        note.text for note in figure.layout.annotations
    }
