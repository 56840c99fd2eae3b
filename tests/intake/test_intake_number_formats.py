"""Cells whose format shows a sign, a unit or a word beside their number."""

import io
from datetime import datetime

import openpyxl
import pytest

from iren_core.intake import assemble
from iren_core.intake.number_formats import Shown, shown_by


def read(header, cells, formats):
    book = openpyxl.Workbook()
    book.active.append(["ID", "Age", header])
    for row, (cell, shown) in enumerate(zip(cells, formats, strict=True), 2):
        book.active.append([f"P{row}", 50, cell])
        book.active[f"C{row}"].number_format = shown
    stream = io.BytesIO()
    book.save(stream)
    return assemble(stream.getvalue(), "cohort.xlsx")


@pytest.mark.parametrize("jin", ['0" 斤"', '0.0"斤"', r"General\斤", '[Red]0" 市斤";-0" 市斤"'])
def test_a_unit_that_a_format_shows_is_the_unit_of_the_cell(jin):
    result = read("Weight (kg)", [130, 70.0], [jin, "0.0"])
    assert result.frame["weight_kg"].tolist() == [65, 70]
    assert "The format of 1 cell shows a sign or a unit, which was read: C2 is" in " ".join(
        result.table.assumptions
    )


@pytest.mark.parametrize("below", ['"<"0.0', r"\<0.0", "<0.0", '"＜"0.0'])
def test_a_sign_that_a_format_shows_makes_a_limit(below):
    result = read("CRP acute (mg/L)", [0.5, 6, 8], [below, "0.0", "0.0"])
    assert result.frame["crp_mg_l_acute"].isna().tolist() == [True, False, False]
    assert result.limits[["row", "sign", "bound"]].values.tolist() == [[2, "<", 0.5]]


def test_other_text_that_a_format_shows_is_said():
    result = read("CRP acute (mg/L)", [5, 6], ['"about "0', '"about "0'])
    assert result.frame["crp_mg_l_acute"].tolist() == [5, 6]
    said = "The format of 2 cells shows a text, which was not read: C2 is “about 5”, read as 5."
    assert said in result.table.assumptions


def test_a_format_with_a_condition_is_said():
    result = read("CRP acute (mg/L)", [0.5, 6], ['[>=1]0.0;"<1"', "0.0"])
    said = "The format of 1 cell may show a text, which was not read: C2 was read as 0.5."
    assert said in result.table.assumptions


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (datetime(2023, 4, 3), 'yyyy"年"m"月"d"日"'),
        (900, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ '),
        (0.5, "0.0%"),
        (1234, '#,##0;[Red]"-"#,##0'),
    ],
)
def test_formats_that_show_the_number_alone_say_nothing(cell, shown):
    result = read("x", [cell], [shown])
    assert not any("The format of" in said for said in result.table.assumptions)


def test_the_text_beside_the_digits():
    assert shown_by('"P"000') == Shown("P", "")
    assert shown_by('0" mg/L"').counts
    assert not shown_by('0" 例"').counts
    assert shown_by('"no value"') is None
