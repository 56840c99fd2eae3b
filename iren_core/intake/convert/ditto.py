"""Cells that say "as above"."""

from __future__ import annotations

import numpy as np
import pandas as pd

from iren_core.intake.convert.column import Column, Findings, remarked
from iren_core.intake.table import Distinct
from iren_core.intake.values import as_text, says_as_above


def repeated_down(column: Column, findings: Findings) -> Column:
    """The column with each cell that says "as above" read as the cell above it; below nothing it stays as it is."""
    says = [says_as_above(cell) for cell in column.cells.values]
    if not any(says):
        return column
    codes = column.cells.codes
    own = ~np.array(says)[codes]
    above = np.maximum.accumulate(np.where(own, np.arange(len(codes)), -1))
    rows = [row for row, _ in remarked(column, says)]
    word = next(as_text(cell) for cell, is_one in zip(column.cells.values, says, strict=True) if is_one)
    cells = "1 cell says" if len(rows) == 1 else f"{len(rows)} cells say"
    findings.assumptions.append(
        f"In “{column.name}” {cells} that the one above holds for them too (“{word}”, row {rows[0]}), and was read so."
    )
    read, places = pd.factorize(codes[np.where(above < 0, np.arange(len(codes)), above)])
    return column._replace(cells=Distinct([column.cells.values[place] for place in places], read))
