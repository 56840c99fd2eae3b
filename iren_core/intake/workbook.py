"""Workbooks (xlsx, xls, xlsb, ods): read by a child process that may die without harm."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from iren_core.errors import UnreadableFile

_CHILD = Path(__file__).with_name("workbook_child.py")
_SECONDS = 8

_SAVE = "Open it in Excel or LibreOffice, save it as .xlsx, and load that file."
_REFUSALS: dict[str, tuple[str, str]] = {
    "password": (
        "It is protected by a password.",
        "Open it in Excel, take the password away (File, Info, Protect workbook), and save it.",
    ),
    "damaged": ("The file is damaged or was cut short.", f"Copy it again from where it came. {_SAVE}"),
    "bomb": (
        "Unpacked it would be far larger than any table of patients.",
        "Copy the sheet with the patients into a new workbook and load that.",
    ),
    "large": (
        "It holds more than two million cells.",
        "Copy the sheet with the patients into a new workbook and load that.",
    ),
    "word": ("It is a Word document.", "Copy its table into a spreadsheet and load that."),
    "slides": ("It is a PowerPoint presentation.", "Load the spreadsheet behind it."),
    "numbers": (
        "It is a document of Apple Numbers.",
        "In Numbers choose File, Export to, Excel, and load that file.",
    ),
    "other office": ("It is an OpenDocument file, but not a spreadsheet.", "Load the spreadsheet itself."),
    "archive": ("It is a zip archive without a workbook.", "Unpack it and load the spreadsheet inside."),
    "time": (
        "Reading it took too long or too much memory.",
        f"Perhaps a stray cell lies far below or beside the patients, or the file is damaged. {_SAVE}",
    ),
}


class Sheet(NamedTuple):
    """One sheet: rows of cells; ``top`` and ``left`` say how many rows and columns lie empty before them.

    faults : (row, column) in ``rows`` -> the error shown there, "" for a formula whose value was not saved
    far : a cell so far off that the sheet was not read, else ""
    """

    name: str
    visible: bool
    top: int = 0
    left: int = 0
    rows: Sequence[list[Any]] = ()
    faults: Mapping[tuple[int, int], str] = MappingProxyType({})
    far: str = ""


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


def refuse(filename: str, code: str) -> UnreadableFile:
    """The sentence that belongs to a refusal."""
    found, advice = _REFUSALS[code]
    return UnreadableFile(f"“{filename}” was to be read as a table of patients.", found, advice)


def _ask_child(data: bytes, filename: str, *words: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-P", str(_CHILD), *words]
    try:
        child = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise refuse(filename, "time") from None
    if child.returncode:
        raise refuse(filename, "time" if child.returncode < 0 else "damaged")
    answer = json.loads(child.stdout)
    if "refused" in answer:
        raise refuse(filename, answer["refused"])
    return answer["sheets"]


def _sheet(entry: dict[str, Any]) -> Sheet:
    if "far" in entry:
        return Sheet(entry["name"], entry["visible"], far=entry["far"])
    top, left = entry["top"], entry["left"]
    faults = {}
    for place, text in entry["faults"].items():
        row, column = map(int, place.split(","))
        faults[row - top, column - left] = text
    rows = [[_cell(value) for value in row] for row in entry["rows"]]
    return Sheet(entry["name"], entry["visible"], top, left, rows, faults)


def _cell(value: Any) -> Any:
    return datetime.fromisoformat(value["date"]) if isinstance(value, dict) else value
