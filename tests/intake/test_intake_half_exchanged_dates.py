"""Dates that Excel opened where days and months stand in the other order: some exchanged, the others left as texts."""

import io
from datetime import datetime

import openpyxl
import pytest

from iren_core.intake import assemble

EXCHANGED = "it may have exchanged their day and month"


def read(header, *cells):
    book = openpyxl.Workbook()
    book.active.append(["ID", "Age", header])
    for number, cell in enumerate(cells, 1):
        book.active.append([f"P{number}", 50 + number, cell])
    stream = io.BytesIO()
    book.save(stream)
    return assemble(stream.getvalue(), "cohort.xlsx")


def doubts(result):
    return [query for query in result.problems.itertuples() if EXCHANGED in query.problem]


@pytest.mark.parametrize("header", ["Onset date", "起病日期"])
@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (("13/05/2023", "25/07/2023"), "day first"),
        (("13.05.23", "25-07-2023 00:00:00"), "day first"),
        (("05/13/2023", "07/25/2023"), "month first"),
    ],
)
def test_true_dates_early_in_the_month_beside_texts_late_in_it_are_doubted(header, texts, order):
    result = read(header, texts[0], datetime(2023, 4, 3), datetime(2023, 2, 11), texts[1])
    (query,) = doubts(result)
    assert (query.row, query.column, query.value, query.severity) == (3, header, "2023-04-03", "warning")
    assert f"texts written with the {order}" in query.problem
    assert "this one as 2023-04-03; exchanged it would be 2023-03-04" in query.problem
    days = result.frame["date_onset"].dt.strftime("%Y-%m-%d").tolist()
    assert days == ["2023-05-13", "2023-04-03", "2023-02-11", "2023-07-25"]


@pytest.mark.parametrize(
    "cells",
    [
        (
            "13/05/2023",
            datetime(2023, 4, 3),
            datetime(2023, 2, 21),
            "25/07/2023",
        ),  # a true date after the 12th
        (
            "13/05/2023",
            datetime(2023, 4, 3),
            datetime(2023, 2, 11),
            "05/07/2023",
        ),  # a text that is no less a date
        ("2023-05-13", datetime(2023, 4, 3), datetime(2023, 2, 11), "2023年7月25日"),  # the year first
        ("13/05/2023", datetime(2023, 4, 3), None, "25/07/2023"),  # a single date proves nothing
        (datetime(2023, 5, 3), datetime(2023, 4, 3), datetime(2023, 2, 11), None),
    ],
)
def test_columns_that_excel_cannot_have_exchanged_are_not_doubted(cells):
    assert doubts(read("Onset date", *cells)) == []


def test_the_numbers_of_dates_count_as_true_dates():
    (query,) = doubts(read("Onset date", "13/05/2023", 45019.0, 44968.0, "25/07/2023"))
    assert "this one as 2023-04-03; exchanged it would be 2023-03-04" in query.problem
