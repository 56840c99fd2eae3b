"""Characters that XML cannot hold keep no file from being written and opened."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from plotly.graph_objects import Figure
from pptx import Presentation

from iren_core.card import Card, Table
from iren_core.export.powerpoint import deck
from iren_core.export.workbook import csv, workbook
from iren_core.figures.columns import Column, Group, predicted_observed

CONTROL = "\x0b\x0c\x00\x1f\ufffe\uffff\ud800"


@pytest.fixture
def card(death_card: Card, hostile_table: Table) -> Card:
    """A card with such characters in every kind of words, and a picture of labels that hold them."""
    shown = hostile_table.shown.rename(columns={"number": f"num{CONTROL}ber"}).astype(object)
    shown.iloc[0, 0] = f"tre{CONTROL}ated"
    table = replace(hostile_table, title=f"Ta{CONTROL}ble", note=f"No{CONTROL}te", shown=shown, values=shown)
    words = {
        name: f"{name[0]}{CONTROL}{name[1:]}" for name in ("title", "finding", "alt", "caption", "methods")
    }
    return replace(
        death_card, **words, figure=_picture(), notes=(f"No{CONTROL}te",), tables=(table,),
        provenance=f"co{CONTROL}hort.csv",
    )  # fmt: skip


def _picture() -> Figure:
    group = Group(
        f"al{CONTROL}one",
        "#0072B2",
        4,
        Column(2, None, None, "2"),
        Column(1, 0.1, 3, f"1{CONTROL}"),
        f"SJ{CONTROL}S",
    )
    return predicted_observed(
        [group], mode="expected", provenance=f"co{CONTROL}hort.csv", notes={f"SJ{CONTROL}S": f"no{CONTROL}te"}
    )


def test_slides(card: Card) -> None:
    slide = Presentation(BytesIO(deck([card]))).slides[0]
    assert slide.shapes.title.text_frame.text == "finding"
    (chart,) = [shape.chart for shape in slide.shapes if shape.has_chart]
    assert list(chart.plots[0].categories) == ["alone\nn = 4"]
    assert "cohort.csv" in slide.notes_slide.notes_text_frame.text


def test_workbook(card: Card) -> None:
    book = openpyxl.load_workbook(BytesIO(workbook([card])))
    words = [cell for row in book.worksheets[1].iter_rows(values_only=True) for cell in row]
    assert {"Table", "number", "treated", "Note", "cohort.csv"} <= set(words)


def test_csv(card: Card) -> None:
    text = csv(card.tables[0], card.provenance).decode("utf-8-sig")
    assert "number" in text
    assert "treated" in text
    assert "# cohort.csv" in text
    assert not any(letter in text for letter in CONTROL)
