"""Turn the matched columns into canonical types."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from iren_core import schema
from iren_core.intake.match import ColumnMatch
from iren_core.intake.table import RawTable


@dataclass(frozen=True)
class Question:
    """A coding that the file does not explain."""

    field: str
    column: str
    values: tuple[str, ...]
    choices: tuple[str, ...]
    sentence: str


FLAGS = {"yes": True, "no": False, "1": True, "0": False, "true": True, "false": False}


def convert(table: RawTable, matches: tuple[ColumnMatch, ...]) -> pd.DataFrame:
    """The frame in canonical types, in dictionary order."""
    found = {match.field: index for index, match in enumerate(matches) if match.field}
    columns = {
        name: _column(field, table.cells[found[name]])
        for name, field in schema.fields().items()
        if name in found
    }
    frame = pd.DataFrame(columns)
    frame.index = pd.Index(table.rows, name="row")
    return frame


def _column(field: schema.Field, cells: pd.Series) -> pd.Series:
    if field.kind in ("number", "integer"):
        return pd.to_numeric(cells, errors="coerce").astype(float)
    if field.kind == "flag":
        return cells.astype(str).str.lower().map(FLAGS).astype("boolean")
    if field.kind == "date":
        return pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce")
    if field.kind == "category":
        others = [value for value in cells.dropna().unique() if value not in field.categories]
        return cells.astype(pd.CategoricalDtype([*field.categories, *others]))
    return cells
