"""Cells that say "as above"."""

from __future__ import annotations

from iren_core.intake.convert.column import Column, Findings, remarked
from iren_core.intake.table import distinct
from iren_core.intake.values import as_text, repeated, says_as_above


def repeated_down(column: Column, findings: Findings) -> Column:
    """The column with each cell that says "as above" read as the cell above it; below nothing it stays as it is."""
    says = [says_as_above(cell) for cell in column.cells.values]
    if not any(says):
        return column
    rows, codes = zip(*remarked(column, says), strict=True)
    cells = "1 cell says" if len(rows) == 1 else f"{len(rows)} cells say"
    word = as_text(column.cells.values[min(codes)])
    findings.assumptions.append(
        f"In “{column.name}” {cells} that the one above holds for them too (“{word}”, row {rows[0]}), and was read so."
    )
    return column._replace(cells=distinct(repeated(column.cells.spread(column.cells.values))))
