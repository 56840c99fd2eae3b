"""Match the columns of a file to the fields of the data dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from iren_core import schema
from iren_core.intake.table import RawTable

How = Literal["exact", "synonym", "similar", "chosen", "none"]


@dataclass(frozen=True)
class ColumnMatch:
    """How one column of the file was understood."""

    column: str
    field: str | None
    how: How
    score: float = 0.0
    unit: str = ""
    note: str = ""


def match_columns(table: RawTable, mapping: Mapping[str, str | None] | None = None) -> tuple[ColumnMatch, ...]:
    """One match per column, in file order; each field at most once."""
    names = set(schema.fields())
    return tuple(
        ColumnMatch(column, column, "exact", 100.0) if column in names else ColumnMatch(column, None, "none")
        for column in table.columns
    )
