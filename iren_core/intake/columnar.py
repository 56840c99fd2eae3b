"""Files that hold columns with names and labels: SPSS, Stata, SAS and Parquet."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.counted import counted
from iren_core.errors import UnreadableFile
from iren_core.intake.child import Child
from iren_core.intake.headers import read_header
from iren_core.intake.layout import unique_names
from iren_core.intake.match import recognised
from iren_core.intake.table import RawTable, problem_frame
from iren_core.intake.units import unit_words
from iren_core.intake.values import as_text, is_missing, printable

_CHILD = Path(__file__).with_name("columnar_child.py")


class Kind(NamedTuple):
    """One kind of file: how its reader calls it, how a person does, what its rows are called there."""

    reader: str
    words: str
    rows: str


_SPSS = Kind("sav", "an SPSS data file", "the data view of SPSS")
_STATA = Kind("dta", "a Stata data file", "Stata's data browser")
_SAS = Kind("sas7bdat", "a SAS data set", "SAS")
_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"$FL2", _SPSS),
    (b"$FL3", _SPSS),
    (b"<stata_dta>", _STATA),
    (b"HEADER RECORD*******LIB", Kind("xport", "a SAS transport file", "SAS")),
    (bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00", _SAS),
    (b"PAR1", Kind("parquet", "a Parquet file", "the file")),
)
#: Stata before release 13 begins with the number of its format, the byte order and two fixed bytes.
_OLD_STATA = range(104, 116)


def columnar_kind(data: bytes) -> Kind | None:
    """Which kind of file with named columns the bytes are; ``None`` when they are none."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if b"ASCII SPSS PORT FILE" in data[:250]:
        return Kind("por", "a portable SPSS file", "the data view of SPSS")
    old_stata = len(data) > 100 and data[0] in _OLD_STATA and data[1] in (1, 2) and data[2:4] == b"\x01\x00"
    return _STATA if old_stata else None


def read_columnar(data: bytes, filename: str, kind: Kind) -> RawTable:
    """Read such a file into a raw table. Value labels go to ``labels``, variable labels into the headers.

    Raises
    ------
    UnreadableFile
        when the bytes are damaged, protected, too large, or hold no row.
    """
    with Child(_CHILD, data, filename, kind.reader) as child:
        (answer,) = child.answers()
    names, columns = answer["names"], answer["columns"]
    if not columns or not columns[0]:
        raise UnreadableFile(
            f"“{filename}” was to be read as a table of patients.",
            "It holds no row.",
            "Choose the file that holds the patients, one row each.",
        )
    said = [f"Read as {kind.words}; rows are numbered as in {kind.rows}, from 1."]
    if answer["encoding"]:
        said.append(f"Its text was read as {answer['encoding']}, which the file does not say.")
    headers = unique_names(
        heading(printable(name), printable(label).strip())
        for name, label in zip(names, answer["labels"], strict=True)
    )
    labels: dict[str, dict[str, str]] = {}
    cells: dict[int, Sequence[Any]] = {}
    for place, (name, header, column) in enumerate(zip(names, headers, columns, strict=True)):
        values = [_cell(value) for value in column]
        values = _without_declared_missing(values, answer["missing"].get(name, ()), header, said)
        known = {
            as_text(_cell(code)): printable(label) for code, label in answer["value_labels"].get(name, ())
        }
        cells[place] = _without_labelled_missing(values, known, header, said)
        if known:
            labels[header] = known
    if labels:
        said.append(f"The file's own value labels were used in {counted(len(labels), 'column')}.")
    rows = len(columns[0])
    return RawTable(
        filename=filename,
        sha256=hashlib.sha256(data).hexdigest(),
        sheet=None,
        sheets=(),
        columns=tuple(headers),
        cells=pd.DataFrame(cells, dtype=object),
        rows=np.arange(1, rows + 1),
        assumptions=tuple(said),
        problems=problem_frame([]),
        read_at=datetime.now(UTC).isoformat(timespec="seconds"),
        header_row=0,
        labels=labels,
    )


def heading(name: str, label: str) -> str:
    """The header by which a column goes: its label where that is known, else its name with the label's unit.

    >>> heading("V7", "Albumin (g/dL)"), heading("ALB", "serum, in the morning (g/dL)"), heading("alter_x", "")
    ('Albumin (g/dL) [V7]', 'ALB (g/dL)', 'alter_x')
    >>> heading("crp_mg_l_acute", "C-reactive protein"), heading("CRP_1", "first visit")
    ('crp_mg_l_acute', 'CRP_1')
    """
    if not label or name.casefold() in schema.fields() or label.casefold() == name.casefold():
        return name
    if recognised(label):
        return f"{label} [{name}]"
    if not recognised(name):
        return f"{label} [{name}]"
    unit = read_header(label).unit
    return f"{name} ({unit_words(unit)})" if unit and not read_header(name).unit else name


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        return datetime.fromisoformat(value["date"])
    return printable(value) if isinstance(value, str) else value


def _without_declared_missing(
    values: list[Any], ranges: Sequence[Any], header: str, said: list[str]
) -> list[Any]:
    """Cells with the values that the file itself declares missing emptied."""
    if not ranges:
        return values
    singles = {each for each in ranges if not isinstance(each, dict)}
    spans = [(each["lo"], each["hi"]) for each in ranges if isinstance(each, dict)]
    singles |= {low for low, high in spans if low == high}

    def declared(value: Any) -> bool:
        if value in singles:
            return True
        return isinstance(value, int | float) and any(
            low <= value <= high for low, high in spans if isinstance(low, int | float)
        )

    emptied = [None if declared(value) else value for value in values]
    return _said_emptied(values, emptied, f"“{header}”: values that the file declares missing", said)


def _without_labelled_missing(
    values: list[Any], labels: dict[str, str], header: str, said: list[str]
) -> list[Any]:
    """Cells emptied whose label says that there is no value (999 = "unknown")."""
    codes = {code for code, label in labels.items() if label and is_missing(label)}
    if not codes:
        return values
    emptied = [None if as_text(value) in codes else value for value in values]
    return _said_emptied(values, emptied, f"“{header}”: values whose label says that they are missing", said)


def _said_emptied(old: list[Any], new: list[Any], what: str, said: list[str]) -> list[Any]:
    gone = [value for value, left in zip(old, new, strict=True) if value is not None and left is None]
    if gone:
        shown = ", ".join(sorted({as_text(value) for value in gone}))
        said.append(f"{what} were left empty ({shown}; {len(gone)} in all).")
    return new
