"""Find the header among the rows of a sheet, and the patients under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from iren_core import schema
from iren_core.counted import counted
from iren_core.intake.header_lines import holds_units_alone, joined_above, joined_below, says_phase
from iren_core.intake.line import Line
from iren_core.intake.longform.recognise import heads_a_list
from iren_core.intake.match import HEADER_SEARCH_ROWS, LONGEST_HEADER, field_called, recognised
from iren_core.intake.rich_text import StruckCell, StruckRow
from iren_core.intake.rows_without_patients import HEADING, may_head_patients, under_headings, without_foot
from iren_core.intake.second_headers import under_first_header
from iren_core.intake.table import Problem
from iren_core.intake.workbook_child import letters

#: A table lies on its side where so many different known names run down one of its first columns ...
_FEWEST_DOWN = 5
#: ... and so many times as many as stand in any row.
_DOWN_TO_ACROSS = 2
_NAMES_WITHIN = 3
#: A line above such names tells the patients apart where so many have a text of their own there.
_FEWEST_NUMBERS = 2
#: ... and none more often than this: once for each phase.
_MOST_REPEATED = 2
_MOST_FIELDS = 300
#: So many different texts of a row are asked whether they are names of fields; a table of patients has fewer columns.
_MOST_NAMES = 2_000
#: Under the names there may be two lines more, of phases and of units.
_MOST_LINES_BELOW = 2
#: Two blocks of patients side by side have so many headers each.
_FEWEST_IN_BLOCK = 3
_COUNTS = {2: "two", 3: "three", 4: "four"}


@dataclass
class Layout:
    """The table in a sheet: its headers, its patients' rows, what was assumed, what is doubtful.

    problems, cell_problems : of rows, and of single cells in the order of rows
    positions : the column of the sheet in which each column of the table stands, from 0; none where it was turned
    turned : whether the patients stood side by side
    first_row : the row in which the header begins
    header_lines : the cells of its lines as they stand, its names first
    moved : whether patients below another header had their cells in another order
    """

    columns: list[str]
    header_row: int
    lines: list[Line]
    assumptions: list[str]
    problems: list[Problem]
    cell_problems: list[Problem] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    turned: bool = False
    first_row: int = 0
    header_lines: list[list[Any]] = field(default_factory=list)
    moved: bool = False


def find_header(lines: Sequence[Line]) -> tuple[int, int]:
    """Index of the header among ``lines``, and how many of its cells are recognised.

    The row with most recognised names; where none is, the first row with two cells or more.
    """
    best, most = -1, 0
    for index, line in enumerate(lines[:HEADER_SEARCH_ROWS]):
        names = dict.fromkeys(cell for cell in line.cells if isinstance(cell, str) and len(cell) < 200)
        count = sum(recognised(name) for name in islice(names, _MOST_NAMES))
        if heads_a_list(names) and any(field_called(name) == "patient_id" for name in names):
            return index, count  # its rows hold names of tests and of phases, which are known too
        if count > most:
            best, most = index, count
        if count >= max(3, 0.6 * len(names)):
            break  # no row below has more names than this
    if best >= 0:
        return best, most
    filled = (i for i, line in enumerate(lines) if sum(cell is not None for cell in line.cells) > 1)
    return next(filled, next((i for i, line in enumerate(lines) if not line.blank), 0)), 0


def lay_out(lines: Sequence[Line], *, ragged: bool) -> Layout:
    """Take a sheet apart into header and patients.

    ragged : whether a row of another width than the header is a fault (in text it is, in a workbook not)
    """
    at, across = find_header(lines)
    turned = _turned(lines, across)
    if turned:
        lines = turned
        at, ragged = 0, False
    body = list(lines[at + 1 :])
    layout = Layout([], lines[at].number, [], [], [], turned=bool(turned))
    if turned:
        layout.assumptions.append(
            "The patients stand side by side, so the table was turned: "
            f"what is called row {body[0].number} here is column {letters(body[0].number)} of the sheet."
        )
    above = [line for line in lines[:at] if not line.blank]
    header = [None if cell is None else str(cell).strip() for cell in lines[at].cells]
    if any(name and len(name) > LONGEST_HEADER for name in header):
        header = [name and name[:LONGEST_HEADER].strip() for name in header]
        layout.assumptions.append(f"A header was cut after {LONGEST_HEADER} characters.")
    if ragged:
        header = _with_row_names(header, body, layout)
    body = body[_join_lines(header, above[-1] if above else None, body, layout) :]
    above = [line for line in above if line.number < layout.first_row]
    if above and may_head_patients(above[-1], body, header):
        body.insert(0, above.pop())
    if above:
        layout.assumptions.append(f"The rows above row {layout.first_row} were not read.")
    body = _under_one_header(header, body, layout, ragged=ragged)
    width = _width(header, body, ragged)
    layout.lines = _patients(header, body, width, layout, ragged=ragged)
    if any(line.headings for line in layout.lines):
        width = _add_headings(header, width, layout)
    filled = [_is_filled(layout.lines, column) for column in range(width)]
    keep = [column for column in range(width) if _at(header, column) or filled[column]]
    layout.positions = [] if turned else keep
    layout.columns = unique_names(_at(header, column) or f"column {letters(column + 1)}" for column in keep)
    if nameless := [letters(column + 1) for column in keep if not _at(header, column)]:
        layout.assumptions.append(f"No header stands above column {', '.join(nameless)}.")
    if at := _second_block([_at(header, column) or "" for column in keep]):
        layout.problems.append(_side_by_side(layout.columns[at], layout.header_row))
    queried = {problem.row for problem in layout.problems}
    for line in layout.lines:
        line.cells = [_at(line.cells, column) for column in keep]
        line.faults = {new: line.faults[old] for new, old in enumerate(keep) if old in line.faults}
        if line.number not in queried:
            layout.cell_problems.extend(_lone_value(line, layout.columns))
        layout.cell_problems.extend(_cell_faults(line, layout.columns))
    return layout


def cell_problems(line: Line, layout: Layout) -> Iterable[Problem]:
    """What is doubtful about the cells of a patient whose line the layout did not see."""
    own = replace(
        line,
        cells=[line.cells[column] for column in layout.positions],
        faults={new: line.faults[old] for new, old in enumerate(layout.positions) if old in line.faults},
    )
    return [*_lone_value(own, layout.columns), *_cell_faults(own, layout.columns)]


def unique_names(names: Iterable[str]) -> list[str]:
    """Headers as they are, a repeated one with its number: "CRP", "CRP (2)".

    >>> unique_names(["CRP", "ID", "CRP"])
    ['CRP', 'ID', 'CRP (2)']
    """
    seen: Counter[str] = Counter()
    unique = []
    for name in names:
        seen[name] += 1
        numbered = name if seen[name] == 1 else f"{name} ({seen[name]})"
        while seen[name] > 1 and numbered in unique:
            seen[name] += 1
            numbered = f"{name} ({seen[name]})"
        unique.append(numbered)
    return unique


def _turned(lines: Sequence[Line], across: int) -> list[Line]:
    """The sheet with rows for columns, where the names of the fields run down it; else empty.

    A line's number is then that of its column in the sheet.
    """
    fewest = max(_FEWEST_DOWN, _DOWN_TO_ACROSS * across)
    if fewest > len(schema.fields()):
        return []  # there are not so many names, so none is looked up
    filled = [line for line in lines if not line.blank]
    width = max(len(line.cells) for line in filled)
    for place in range(min(width, _NAMES_WITHIN)):
        names = [_at(line.cells, place) for line in filled[:_MOST_FIELDS]]
        known = [isinstance(name, str) and len(name) < 200 and recognised(name) for name in names]
        often = Counter(name for name, is_known in zip(names, known, strict=True) if is_known)
        once = max(often.values(), default=0) <= _MOST_REPEATED  # a list names each measurement many times
        if len(often) >= fewest and once and width > place + 1:
            if any(heads_a_list(line.cells) for line in filled[:HEADER_SEARCH_ROWS]):
                return []
            first = known.index(True)
            rows = [*_patients_above(filled[:first], place, names), *filled[first:]]
            return [_column(rows, column) for column in range(place, width)]
    return []


def _patients_above(above: Sequence[Line], place: int, names: Sequence[Any]) -> list[Line]:
    """The line above the names of the fields, named itself, if it tells the patients apart: "Case 1", "Case 2".

    place : the column of the names
    """
    if not above or any(isinstance(name, str) and field_called(name) == "patient_id" for name in names):
        return []
    line = above[-1]
    cells = line.cells[place + 1 :]
    texts = [str(cell) for cell in cells if cell is not None]
    if len(texts) < _FEWEST_NUMBERS or len({*texts}) < len(texts) or any(map(says_phase, texts)):
        return []
    return [replace(line, cells=[*line.cells[:place], schema.field("patient_id").label, *cells])]


def _column(rows: Sequence[Line], column: int) -> Line:
    faults = {place: line.faults[column] for place, line in enumerate(rows) if column in line.faults}
    return Line(column + 1, [_at(line.cells, column) for line in rows], faults=faults)


def _with_row_names(header: list[str | None], body: list[Line], layout: Layout) -> list[str | None]:
    """R writes row names without a header for them: every row is then one cell wider than the header."""
    rows = [line for line in body if not line.blank]
    if len(rows) < 2 or any(len(line.cells) != len(header) + 1 or line.cells[-1] is None for line in rows):
        return header
    layout.assumptions.append(
        "Every row has one cell more than the header, so the first column was taken as row names."
    )
    return [None, *header]


def _join_lines(header: list[str | None], above: Line | None, body: list[Line], layout: Layout) -> int:
    """Join the header with the lines around it that belong to it, in place; how many of these lie below it."""
    rows = [layout.header_row]
    layout.header_lines.append([*header])
    if above and (joined := joined_above(header, above.cells)) != header:
        header[:] = joined
        rows.insert(0, above.number)
        layout.header_lines.append(above.cells)
    taken = 0
    units = ""
    for line in body[:_MOST_LINES_BELOW]:
        if (below := joined_below(header, line.cells)) is None:
            break
        header[:] = below
        layout.header_lines.append(line.cells)
        taken += 1
        if holds_units_alone(line.cells):
            units = f"Row {line.number} holds the units of the columns."
        else:
            rows.append(line.number)
    if len(rows) > 1:
        lines = f"{_COUNTS[len(rows)]} lines, rows {', '.join(map(str, rows[:-1]))} and {rows[-1]}"
        layout.assumptions.append(f"The header has {lines}.")
    elif above:
        layout.assumptions.append(f"Row {layout.header_row} was taken as the header.")
    if units:
        layout.assumptions.append(units)
    layout.first_row = rows[0]
    return taken


def _under_one_header(
    header: list[str | None], body: list[Line], layout: Layout, *, ragged: bool
) -> list[Line]:
    """The rows below the header, without the headers of further blocks among them."""
    blocks = under_first_header(body, header, layout.header_lines, ragged=ragged)
    layout.assumptions += blocks.assumptions
    layout.problems += blocks.problems
    layout.moved = blocks.moved
    return blocks.lines


def _width(header: list[str | None], body: list[Line], ragged: bool) -> int:
    named = max((index + 1 for index, name in enumerate(header) if name), default=0)
    if ragged:
        return max(
            named, len(header) if any(_at(line.cells, len(header) - 1) is not None for line in body) else 0
        )
    return max([named, *(len(line.cells) for line in body)])


def _patients(
    header: list[str | None], body: list[Line], width: int, layout: Layout, *, ragged: bool
) -> list[Line]:
    last = max((index for index, line in enumerate(body) if not line.blank), default=-1)
    lines = []
    blank = 0
    rows, foot = without_foot(body[: last + 1], header, width)
    for line in rows:
        if line.blank:
            blank += line.stands_for
        else:
            lines.append(line)
    lines, subtotals, said = under_headings(lines, header, width)
    layout.problems += [*foot, *subtotals]
    layout.assumptions += said
    if ragged:
        lines = [_checked(line, header, width, layout) for line in lines]
    if blank:
        layout.assumptions.append(
            "One blank row was skipped." if blank == 1 else f"{blank} blank rows were skipped."
        )
    return lines


def _second_block(names: Sequence[str]) -> int:
    """Where the headers begin anew, the patients' number among them; 0 where they don't.

    >>> _second_block(["ID", "Age", "Sex", "", "ID", "Age", "Sex"]), _second_block(["ID", "CRP", "CRP"])
    (4, 0)
    """
    first = next((name for name in names if name), "")
    at = next((at for at, name in enumerate(names) if name == first and at >= _FEWEST_IN_BLOCK), 0)
    again = [name for name in names[at:] if name]
    before = [name for name in names[:at] if name]
    whole = len(again) >= _FEWEST_IN_BLOCK and again[: len(before)] == before[: len(again)]
    return at if at and whole and "patient_id" in map(field_called, again[: len(before)]) else 0


def _side_by_side(column: str, header_row: int) -> Problem:
    said = "From this column on the headers repeat: more patients seem to stand beside the first. Only the first count."
    return Problem(header_row, "", column, said, "Move them below the others, under the same headers.")


def _add_headings(header: list[str | None], width: int, layout: Layout) -> int:
    """Further columns with what the rows between the patients say; the new width."""
    fields = sorted({field for line in layout.lines for field in line.headings})
    header[:] = [_at(header, column) for column in range(width)]
    for line in layout.lines:
        line.cells = [_at(line.cells, column) for column in range(width)]
    for known in fields:
        own = next((at for at, name in enumerate(header) if name and field_called(name) == known), -1)
        if own < 0 or any(line.cells[own] is not None for line in layout.lines):
            header.append(HEADING.format(schema.field(known).label))
            own = len(header) - 1
        for line in layout.lines:
            line.cells[own : own + 1] = [line.headings.get(known)]
    return len(header)


def _checked(line: Line, header: list[str | None], width: int, layout: Layout) -> Line:
    """Query a row whose cells may have slid, and keep nothing that may stand in a wrong column."""
    if line.fault:
        layout.problems.append(
            Problem(line.number, "", "", line.fault, "Correct the row in the file and load it again.")
        )
    if any(cell is not None for cell in line.cells[width:]):
        layout.problems.append(
            Problem(
                line.number,
                "",
                str(next(cell for cell in line.cells[width:] if cell is not None)),
                f"The row has {counted(len(line.cells), 'cell')}, the header {width}: its values may have slid "
                "into wrong columns, so only the first was kept.",
                "Look for a separator inside a number or a text, correct the row, and load the file again.",
            )
        )
        line.cells = line.cells[:1] + [None] * (width - 1)
    elif len(line.cells) < min(width, len(header)):
        layout.problems.append(
            Problem(
                line.number,
                "",
                "",
                f"The row has {counted(len(line.cells), 'cell')}, the header {width}: the last ones were left empty.",
                "See whether a cell is lacking in the middle of the row.",
            )
        )
    return line


def _lone_value(line: Line, columns: Sequence[str]) -> Iterable[Problem]:
    filled = [index for index, cell in enumerate(line.cells) if cell is not None]
    if len(columns) > 3 and len(filled) == 1 and not line.faults:
        yield Problem(
            line.number,
            columns[filled[0]],
            str(line.cells[filled[0]]),
            "This row holds a single value; it was counted as a patient.",
            "Delete the row from the sheet if it is a note.",
            "warning",
        )


def _cell_faults(line: Line, columns: Sequence[str]) -> Iterable[Problem]:
    for position, error in line.faults.items():
        if isinstance(error, StruckRow):
            said = "This row is struck out; it was counted as a patient."
            advice = "Delete it from the sheet if it is none any more."
            yield Problem(line.number, columns[position], error, said, advice, "warning")
            continue
        if isinstance(error, StruckCell):
            said = "The cell is struck out. The value was left out."
            advice = "Write what is right into the cell, or empty it."
        elif error:
            said = f"The cell shows the error {error}."
            advice = "Correct the formula, or empty the cell."
        else:
            said = "The cell holds a formula whose value was not saved."
            advice = "Open the workbook in Excel, let it calculate, and save it."
        yield Problem(line.number, columns[position], error, said, advice)


def _is_filled(lines: Sequence[Line], column: int) -> bool:
    return any(_at(line.cells, column) is not None or column in line.faults for line in lines)


def _at(cells: Sequence[Any], index: int) -> Any:
    return cells[index] if 0 <= index < len(cells) else None
