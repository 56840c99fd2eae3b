"""Cohorts and workbooks that several tests start from."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from iren_core import Cohort, read_cohort

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_data" / "iren_cohort.csv"


@pytest.fixture(scope="session")
def sample() -> Cohort:
    """The synthetic sample cohort."""
    return read_cohort(SAMPLE.read_bytes(), SAMPLE.name)


@pytest.fixture(scope="session")
def cohort_of() -> Callable[[dict[str, list[object]]], Cohort]:
    """Builds a cohort from canonical columns, by the same road that a file takes."""

    def build(columns: dict[str, list[object]]) -> Cohort:
        return read_cohort(pd.DataFrame(columns).to_csv(index=False).encode(), "cohort.csv")

    return build


def workbook_of(**sheets: str) -> bytes:
    """A workbook with these sheets, each given as comma-separated text."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, text in sheets.items():
        sheet = book.create_sheet(title)
        for line in text.splitlines():
            sheet.append(line.split(","))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
