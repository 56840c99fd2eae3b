"""What a reviewer asks stands on the slides: the caution beside each finding, large curves, tables that fill theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from io import BytesIO
from typing import Any

import pytest
from every_card import questions
from pptx import Presentation
from pptx.util import Inches, Pt

from iren_core import Cohort
from iren_core.card import Card
from iren_core.export.powerpoint import deck
from iren_core.figures.curves import step_curves
from iren_core.share_safe import share_safe

from .conftest import NAN, PROVENANCE, card_with, curve_panel, table


def slides(card: Card) -> list[Any]:
    return list(Presentation(BytesIO(deck([card]))).slides)


def words(slide: Any, name: str) -> list[str]:
    return [shape.text_frame.text for shape in slide.shapes if shape.name == name]


def tables(slide: Any) -> list[list[list[str]]]:
    frames = [shape.table for shape in slide.shapes if shape.has_table]
    return [[[cell.text for cell in row.cells] for row in frame.rows] for frame in frames]


@pytest.mark.parametrize("question", questions())
def test_the_caution_of_every_finding_stands_on_its_slide(sample: Cohort, question: str) -> None:
    card = import_module(f"iren_core.analyses.{question}").card(sample)
    for made in (card, share_safe(card, sample.frame["patient_id"])):
        assert 40 < len(made.warning) < 180
        assert words(slides(made)[0], "Warning") == [made.warning]


@pytest.mark.parametrize(
    ("question", "settings", "said"),
    [
        ("recovery", {"view": "all markers"}, "p-values are not adjusted for their number"),
        ("baseline", {}, "p-values are not adjusted for their number"),
        ("healing", {}, "Curves of those who healed say nothing of the chance to heal."),
        ("healing", {"within": "diagnosis"}, "Compared within diagnosis only, else not adjusted"),
        ("steroids", {}, "survivors only"),
    ],
)
def test_the_caution_follows_the_settings(
    sample: Cohort, question: str, settings: dict[str, Any], said: str
) -> None:
    module = import_module(f"iren_core.analyses.{question}")
    assert said in module.card(sample, module.Settings(**settings)).warning


@pytest.mark.parametrize(
    ("question", "settings", "not_said"),
    [
        ("baseline", {"adjust": "bh"}, "not adjusted for their number"),
        ("healing", {"deaths": "competing event"}, "Curves of those who healed"),
        ("steroids", {"measure": "daily dose"}, "survivors only"),
    ],
)
def test_no_caution_where_it_would_be_wrong(
    sample: Cohort, question: str, settings: dict[str, Any], not_said: str
) -> None:
    module = import_module(f"iren_core.analyses.{question}")
    warning = module.card(sample, module.Settings(**settings)).warning
    assert warning
    assert not_said not in warning


@pytest.fixture
def four_panels() -> Card:
    names = ["All patients", "SJS", "overlap", "TEN"]
    figure = step_curves(
        [curve_panel(name) for name in names],
        y_title="Healed", x_title="Days since first dose", x_max=21, ticks=(0, 7, 14, 21), provenance=PROVENANCE,
    )  # fmt: skip
    starts = range(10, 18)
    at_risk = table(
        "at_risk",
        "Number at risk",
        {
            "Panel": [name for name in names for _ in "AB"],
            "Group": list("AB" * 4),
            "Day 0": list(starts),
            "Day 7": list(starts),
        },
    )
    rows = {"Group": list("ABCDEFGH"), "Median": [14.5, NAN] * 4}  # too many to stand below the curves
    return card_with(figure, at_risk, table("summary", "Days", rows))


def test_four_panels_of_curves_stand_two_on_a_slide_over_their_numbers_at_risk(four_panels: Card) -> None:
    first, second, last = slides(four_panels)
    assert [panel for slide in (first, second) for panel in words(slide, "Heading")] == [
        "All patients", "SJS", "overlap", "TEN",
    ]  # fmt: skip
    for slide, starts in ((first, (10, 12)), (second, (14, 16))):
        assert [shape.width > Inches(5) for shape in slide.shapes if shape.has_chart] == [True, True]
        assert tables(slide) == [
            [["At risk on day", "0", "7"], ["A", *[str(start)] * 2], ["B", *[str(start + 1)] * 2]]
            for start in starts
        ]
        assert four_panels.finding in slide.notes_slide.notes_text_frame.text
    assert second.shapes.title.text_frame.text == "Healing by treatment arm (2 of 2)"
    assert tables(last)[0][0] == ["Group", "Median"]


def sizes(slide: Any) -> set[float]:
    frames: Sequence[Any] = [shape.table for shape in slide.shapes if shape.has_table]
    cells = [cell for frame in frames for row in frame.rows for cell in row.cells]
    return {run.font.size.pt for cell in cells for p in cell.text_frame.paragraphs for run in p.runs}


def test_a_small_table_alone_on_a_slide_is_large_and_the_cautions_stand_below_it(four_panels: Card) -> None:
    *_, last = slides(four_panels)
    assert sizes(last) == {20.0}
    assert words(last, "Cautions") == ["Read with care\n– The arm was chosen at the bedside."]


def test_a_cell_that_would_break_in_large_letters_has_smaller_ones(four_panels: Card) -> None:
    long = (
        "Mann-Whitney test, exact, not corrected for ties (as SPSS prints it): U = 123.5, p = 0.012, n = 123"
    )
    at_risk, _ = four_panels.tables
    main = table("summary", "Tests", {"Group": list("ABCDEFGH"), "Test": [long] * 8, "Median": ["14.5"] * 8})
    *_, last = slides(replace(four_panels, tables=(at_risk, main)))
    (size,) = sizes(last)
    assert 14.0 <= size < 20.0
    frame = next(shape.table for shape in last.shapes if shape.has_table)
    assert frame.rows[1].height < Pt(2 * size)


def test_cautions_without_room_stay_in_the_notes(four_panels: Card) -> None:
    notes = tuple(f"{place}: {'this must be borne in mind ' * 12}." for place in range(20))
    *_, last = slides(replace(four_panels, notes=notes))
    (told,) = words(last, "Cautions")
    assert 1 < told.count("\n–") < 20
    assert all(note in last.notes_slide.notes_text_frame.text for note in notes)
