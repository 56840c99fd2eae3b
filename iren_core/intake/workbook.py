"""Workbooks (xlsx, xls, xlsb, ods): read by a child process that may die without harm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from iren_core.intake.child import SECONDS, ask_child
from iren_core.intake.values import PercentCell
from iren_core.intake.workbook_child import CPU_SECONDS, cpu_seconds

_NOT_SEARCHED = (
    "The sheet is too large to be searched for errors like #DIV/0!; such cells were taken as empty."
)
_CHILD = Path(__file__).with_name("workbook_child.py")


class Sheet(NamedTuple):
    """One sheet: its cells by column; ``top`` and ``left`` say how many rows and columns lie empty before them.

    faults : (row, column) in ``columns``, from 0 -> the error shown there, "" for a formula whose value was not saved
    far : a cell so far off that the sheet was not read, else ""
    said : sentences on what was taken for granted in it
    printable : whether it is sure that every character of its cells can be printed
    """

    name: str
    visible: bool
    top: int = 0
    left: int = 0
    columns: Sequence[list[Any]] = ()
    faults: Mapping[tuple[int, int], str] = MappingProxyType({})
    far: str = ""
    said: tuple[str, ...] = ()
    printable: bool = False

    @property
    def height(self) -> int:
        """The number of rows."""
        return len(self.columns[0]) if self.columns else 0


def read_workbook(data: bytes, filename: str) -> list[Sheet]:
    """Every sheet of a workbook, with its cells.

    Raises
    ------
    UnreadableFile
        when the bytes are no workbook, or one that must not or cannot be opened.
    """
    return [_sheet(entry) for entry in _ask_child(data, filename)]


def workbook_sheet_names(data: bytes, filename: str) -> tuple[str, ...]:
    """The names of a workbook's sheets, in its order."""
    return tuple(entry["name"] for entry in _ask_child(data, filename, "names"))


def _ask_child(data: bytes, filename: str, *words: str) -> list[dict[str, Any]]:
    limit = cpu_seconds(len(data))
    seconds = SECONDS if limit == CPU_SECONDS else 2 * limit  # a busy machine takes longer than its processor
    return ask_child(_CHILD, data, filename, *words, or_else=(*words, "carefully"), seconds=seconds)["sheets"]


def _sheet(entry: dict[str, Any]) -> Sheet:
    if "far" in entry:
        return Sheet(entry["name"], entry["visible"], far=entry["far"])
    top, left = entry["top"], entry["left"]
    faults = {}
    for place, text in entry["faults"].items():
        row, column = map(int, place.split(","))
        faults[row - top, column - left] = text
    columns = [_column(column) for column in entry["columns"]]
    for place, rows in entry["percent"].items():
        if left <= place < left + len(columns):  # empty cells beyond the values may bear the format too
            _mark_percent(columns[place - left], (row - top for row in rows))
    said = () if entry["searched"] else (_NOT_SEARCHED,)
    return Sheet(
        entry["name"], entry["visible"], top, left, columns, faults, said=said, printable=entry["printable"]
    )


def _column(cells: list[Any]) -> list[Any]:
    kinds = set(map(type, cells))
    if bytes in kinds:
        doubles, words = np.frombuffer(cells[0]), cells[1]
        values = doubles.astype(object)
        values[np.isnan(doubles)] = None
        for place, text in words.items():
            values[place] = text
        return values.tolist()
    return [_cell(value) for value in cells] if dict in kinds else cells


def _mark_percent(cells: list[Any], rows: Iterable[int]) -> None:
    for row in rows:
        if 0 <= row < len(cells) and type(cells[row]) in (float, int):
            cells[row] = PercentCell(cells[row])


def _cell(value: Any) -> Any:
    return datetime.fromisoformat(value["date"]) if isinstance(value, dict) else value
