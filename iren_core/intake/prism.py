"""Prism: its XML files, and its way to lay out a table, a column a group with the values beneath."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from iren_core import schema
from iren_core.errors import UnreadableFile
from iren_core.intake.codings import read_coding
from iren_core.intake.headers import read_header
from iren_core.intake.line import Line
from iren_core.intake.match import field_called
from iren_core.intake.units import unit_words
from iren_core.intake.values import read_number
from iren_core.intake.workbook import Sheet, as_columns

#: No table of patients is larger; the pictures and analyses that Prism saves beside the tables are skipped.
MOST_BYTES = 30 * 1024**2
MOST_CELLS = 200_000
#: Fields whose categories may head the columns.
_GROUPINGS = ("arm", "diagnosis", "outcome", "sex")
#: What a survival table's time may be, and the column that tells whether it came to that.
_EVENTS = {"reepithelization_days": "Healed", "death_day": "Death"}


class Stacked(NamedTuple):
    """A table with a column a group, turned into one with a row a value."""

    lines: list[Line]
    assumption: str


# ---- .pzfx -------------------------------------------------------------------------------------------


def is_prism(data: bytes) -> bool:
    """Whether the bytes are a .pzfx file."""
    return b"<GraphPadPrismFile" in data[:1000]


def read_prism(data: bytes, filename: str) -> list[Sheet]:
    """Every data table of a .pzfx file as a sheet, the titles of its columns in the first row.

    Values that were struck out in Prism are left empty.

    Raises
    ------
    UnreadableFile
        when the XML is damaged or dangerous, too large, or holds no table.
    """
    from defusedxml import DefusedXmlException  # noqa: PLC0415 - not needed for the other formats
    from defusedxml.ElementTree import ParseError, fromstring  # noqa: PLC0415

    asked = f"“{filename}” was to be read as a table of patients."
    if len(data) > MOST_BYTES:
        raise UnreadableFile(
            asked, "It is larger than any Prism table of patients.", "Export the table from Prism as CSV."
        )
    try:
        root = fromstring(data, forbid_dtd=True)
        tables = [each for each in root.iter() if _tag(each) in ("Table", "HugeTable")]
        sheets = [_sheet(table) for table in tables]
    except (ParseError, DefusedXmlException, ValueError):
        raise UnreadableFile(
            asked,
            "It is a Prism file that is damaged or was cut short.",
            "Open it in Prism, save it again, and load that file.",
        ) from None
    sheets = [sheet for sheet in sheets if sheet.height > 1]
    if not sheets:
        raise UnreadableFile(asked, "It is a Prism file without a data table.", "Load the one with the data.")
    if sum(sheet.height * len(sheet.columns) for sheet in sheets) > MOST_CELLS:
        raise UnreadableFile(
            asked, "It is larger than any Prism table of patients.", "Export the table from Prism as CSV."
        )
    return sheets


def _tag(element: Any) -> str:
    return element.tag.rpartition("}")[2]


def _sheet(table: Any) -> Sheet:
    title, columns = "", []
    for part in table:
        kind = _tag(part)
        if kind == "Title":
            title = _all_text(part)
        elif kind in ("XColumn", "YColumn", "RowTitlesColumn"):
            columns += list(_columns(part))
    height = max((len(values) for _, values in columns), default=0)
    cells = [[name or None, *values, *[None] * (height - len(values))] for name, values in columns]
    struck = sum(each.get("Excluded") == "1" for each in table.iter())
    said = (f"Values struck out in Prism were left empty ({struck} in all).",) if struck else ()
    return Sheet(title or "Table", True, columns=as_columns(cells), said=said)


def _columns(part: Any) -> Iterator[tuple[str, list[Any]]]:
    title = next((_all_text(each) for each in part if _tag(each) == "Title"), "")
    for subcolumn in part:
        if _tag(subcolumn) == "Subcolumn":
            values = [_value(each) for each in subcolumn if _tag(each) == "d"]
            if any(value is not None for value in values):
                yield title, values


def _value(cell: Any) -> Any:
    text = "" if cell.get("Excluded") == "1" else _all_text(cell)
    return text.removesuffix(".") or None  # Prism writes 8887 as "8887."


def _all_text(element: Any) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


# ---- a column a group --------------------------------------------------------------------------------


def stack(lines: Sequence[Line], title: str) -> Stacked | None:
    """One row a value, if the lines are a table with a column a group; else ``None``.

    Two such tables are known: numbers beneath the names of groups, and Prism's survival table, with the time in
    the first column and 1 (it happened) or 0 (censored) beneath the group of each patient.

    title : the table's own name, which may say what was measured
    """
    filled = [line for line in lines if not line.blank]
    if len(filled) < 3 or len(filled[0].cells) > 40:
        return None
    header, body = filled[0], filled[1:]
    width = len(header.cells)
    if any(cell is not None for line in body for cell in line.cells[width:]):
        return None
    if grouping := _grouping(header.cells):
        return _stack_values(grouping, header.cells, body, title)
    if width > 2 and (grouping := _grouping(header.cells[1:])):
        return _stack_survival(grouping, header.cells, body, title)
    return None


def _grouping(names: Sequence[Any]) -> str:
    """The field of which every one of the names is a category, at least two of them; "" where there is none."""
    texts = [name for name in names if isinstance(name, str)]
    if len(texts) != len(names) or len(set(texts)) < 2:
        return ""
    for name in _GROUPINGS:
        known = schema.field(name)
        coding = read_coding(known, read_header(known.label), texts, {}, {})
        groups = set(coding.known.values())
        if set(coding.known) == set(texts) and len(groups) > 1 and groups <= set(known.categories):
            return name
    return ""


def _stack_values(grouping: str, names: Sequence[Any], body: Sequence[Line], title: str) -> Stacked | None:
    cells = [
        (name, line.cells[place])
        for place, name in enumerate(names)
        for line in body
        if place < len(line.cells) and line.cells[place] is not None
    ]
    if len(cells) < 3 or not all(_numeric(cell) for _, cell in cells):
        return None
    measured = title if field_called(title) else "Value"
    lines = [Line(1, [schema.field(grouping).label, measured])]
    lines += [Line(number, [*cell]) for number, cell in enumerate(cells, 2)]
    return Stacked(lines, _said(names, cells))


def _stack_survival(grouping: str, names: Sequence[Any], body: Sequence[Line], title: str) -> Stacked | None:
    patients = []
    for line in body:
        events = [
            (place, cell) for place, cell in enumerate(line.cells[1 : len(names)], 1) if cell is not None
        ]
        if not events and line.cells[0] is None:
            continue
        if len(events) != 1 or str(events[0][1]).removesuffix(".0") not in ("0", "1"):
            return None
        place, event = events[0]
        patients.append((names[place], line.cells[0], str(event).startswith("1")))
    if len(patients) < 3 or not all(_numeric(time) for _, time, _ in patients):
        return None
    time, event = _time_and_event(names[0], title)
    group = schema.field(grouping).label
    if event == "Event":
        lines = [Line(1, [group, time, event])]
        lines += [Line(row, [name, at, float(done)]) for row, (name, at, done) in enumerate(patients, 2)]
    else:
        unit = read_header(str(names[0])).unit or "days"
        lines = [Line(1, [group, time, event, f"Follow-up ({unit_words(unit)})"])]
        lines += [
            Line(row, [name, at if done else None, "yes" if done else "no", None if done else at])
            for row, (name, at, done) in enumerate(patients, 2)
        ]
    said = _said(names[1:], [(name, time) for name, time, _ in patients])
    return Stacked(
        lines, f"{said} In it 1 means that it happened at that time, 0 that the patient was censored."
    )


def _time_and_event(first: Any, title: str) -> tuple[str, str]:
    """What the time and the event of a survival table are called, as far as its titles tell."""
    for name in (str(first or ""), title):
        if event := _EVENTS.get(field_called(name) or ""):
            unit = read_header(str(first or "")).unit
            return (name if read_header(name).unit or not unit else f"{name} ({unit_words(unit)})"), event
    return str(first or "Time"), "Event"


def _numeric(cell: Any) -> bool:
    read = read_number(cell, "", decimal="point") if cell is not None else None
    return read is not None and not read.fault


def _said(names: Sequence[Any], cells: Sequence[tuple[Any, ...]]) -> str:
    counts = [(name, sum(cell[0] == name for cell in cells)) for name in dict.fromkeys(names)]
    groups = ", ".join(f"“{name}” {count}" for name, count in counts)
    return (
        f"The table has a column a group, as in Prism ({groups}); it was turned into one row a patient, "
        "numbered down the columns from 2."
    )
