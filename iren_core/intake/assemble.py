"""From bytes to checked columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from iren_core.intake.convert import Question, convert
from iren_core.intake.match import ColumnMatch, match_columns
from iren_core.intake.read import read_table
from iren_core.intake.table import RawTable


@dataclass(frozen=True, eq=False)
class Assembled:
    """Everything that intake found out about a file."""

    table: RawTable
    matches: tuple[ColumnMatch, ...]
    frame: pd.DataFrame
    problems: pd.DataFrame
    limits: pd.DataFrame
    questions: tuple[Question, ...]
    synthetic: bool


def assemble(
    data: bytes,
    filename: str,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    codings: Mapping[str, Mapping[str, str]] | None = None,
) -> Assembled:
    """Read, match, convert and check a file."""
    table = read_table(data, filename, sheet=sheet)
    matches = match_columns(table, mapping)
    frame = convert(table, matches)
    limits = pd.DataFrame(columns=["row", "field", "sign", "bound"])
    origin = frame.get("data_origin", pd.Series(dtype=object))
    synthetic = bool(origin.dropna().astype(str).str.lower().str.startswith("synthetic").any())
    return Assembled(table, matches, frame, table.problems, limits, (), synthetic)
