"""Cells that say "as above"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from iren_core.counted import counted, was
from iren_core.intake.convert.column import Column, Findings
from iren_core.intake.table import Distinct, RawTable, distinct
from iren_core.intake.values import as_text, repeated, says_as_above


def repeated_down(column: Column, findings: Findings) -> Column:
    """The column with each cell that says "as above" read as the cell above it; below nothing it stays as it is."""
    said = _said(column.name, column.cells, column.rows)
    if not said:
        return column
    findings.assumptions.append(said)
    return column._replace(cells=distinct(_spelled_out(column.cells)))


def spelled_out(table: RawTable) -> RawTable:
    """The table with the same done in every column, before its rows are put beside or below others."""
    said = {
        place: sentence
        for place, name in enumerate(table.columns)
        if (sentence := _said(name, table.distinct(place), table.rows))
    }
    if not said:
        return table
    cells = table.cells.copy(deep=False)
    for place in said:
        cells[place] = pd.Series(_spelled_out(table.distinct(place)), index=cells.index, dtype=object)
    return replace(table, cells=cells, assumptions=(*table.assumptions, *said.values()))


def _spelled_out(cells: Distinct) -> list[Any]:
    return repeated(cells.spread(cells.values))


def _said(name: str, cells: Distinct, rows: Sequence[int] | np.ndarray) -> str:
    """The sentence on the cells of a column that say "as above"; "" where none does."""
    says = np.array([says_as_above(cell) for cell in cells.values], dtype=bool)
    if not says.any():
        return ""
    places = np.flatnonzero(says[cells.codes])
    if not len(places):
        return ""
    n = len(places)
    count = f"{counted(n, 'cell')} {'says' if n == 1 else 'say'}"
    first = f"“{as_text(cells.values[cells.codes[places[0]]])}”, row {rows[places[0]]}"
    return f"In “{name}” {count} that the one above holds too ({first}), and {was(n)} read so."
