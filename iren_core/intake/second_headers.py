"""Headers that stand once more among the patients: the same, or those of a block with its columns in another order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from iren_core.errors import first_few
from iren_core.intake.header_lines import Names, joined_above, joined_below
from iren_core.intake.headers import read_header
from iren_core.intake.line import Line, plain_text
from iren_core.intake.match import LONGEST_HEADER, field_called, recognised
from iren_core.intake.rows_without_patients import is_title, named_groups
from iren_core.intake.table import Problem
from iren_core.intake.workbook_child import letters

#: A row is a header if it holds no number, and so many of its words, and this share, are names ...
_FEWEST_NAMES, _LEAST_NAMES = 3, 0.6
#: ... or so few where the first is that of the patients' numbers ...
_FEWEST_LED = 2
#: ... this share of which the first header has too.
_LEAST_SHARED = 0.5
#: So many different words in place of patients' numbers are asked whether they are names of fields.
_MOST_WORDS = 100
#: A number in one of these is the same as one under a name without a unit.
_UNDERSTOOD = ("years", "days", "%")
_NUMBER = re.compile(r"[<>≤≥~≈]?\s*[-+]?\d+(?:[.,]\d+)*\s*%?")


@dataclass
class Blocks:
    """The patients with their cells under the first header; what was said of the headers among them.

    moved : whether cells were put into other columns
    """

    lines: list[Line] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    moved: bool = False


@dataclass
class _Block:
    """A header among the patients: where each of its columns stands under the first header, and its rows.

    width : the number of its cells
    own : position -> a name that the first header lacks
    """

    row: int
    width: int
    places: dict[int, int]
    own: dict[int, str]
    rows: list[int] = field(default_factory=list)

    @property
    def in_place(self) -> bool:
        return not self.own and all(own == first for own, first in self.places.items())


def under_first_header(
    body: Sequence[Line], header: Names, written: Sequence[Sequence[Any]], *, ragged: bool
) -> Blocks:
    """The rows without the headers that stand among them, each cell in the column that its own header names.

    header : the names of the table's columns
    written : the lines of the header as they stand, its names first
    ragged : whether a row of another width than its header is a fault
    """
    found = Blocks()
    known = {plain_text(name).casefold() for each in (header, *written) for name in each if name is not None}
    fields = {field_called(name) for name in header if name} - {None}
    same = [_texts(each) for each in (header, *written)]
    block: _Block | None = None
    blocks: list[_Block] = []
    taken = 0
    for at, line in enumerate(body):
        if taken:
            taken -= 1
        elif _is_repeated(line, same):
            found.assumptions.append(f"Row {line.number} repeats the header and was skipped.")
            block = None if _texts(line.cells) in same[:2] else block
        elif _is_header(line, known, fields):
            names, taken = _joined(line, body[at + 1 : at + 2])
            if len(written) > 1 and found.lines and _is_upper_line(found.lines[-1], written):
                names = joined_above(names, found.lines.pop().cells)
            _leave_out_title(found, line.number)
            block = _block(line.number, names, header, written[0])
            blocks.append(block)
        else:
            found.lines.append(
                line if block is None or block.in_place else _moved(line, block, header, ragged)
            )
    for each in blocks:
        _say(each, found)
    return found


def _leave_out_title(found: Blocks, row: int) -> None:
    """Take the title of a second table from the patients above its header; the name of a group stays."""
    line = found.lines[-1] if found.lines else None
    if line is None or len(line.held) != 1 or named_groups(line.first_text):
        return
    text = plain_text(line.first_text)
    if is_title(text):
        found.lines.pop()
        found.assumptions.append(
            f"Row {line.number} was not read, a title above the header in row {row}: “{text}”."
        )


def names_among(cells: Sequence[Any], header: Sequence[Any]) -> list[int]:
    """The places of the cells of one column that may begin a header: names of the first, or words for its fields."""
    known = {name for name in header if name is not None}
    words = {*filter(_may_begin, cells)} - known
    if len(words) <= _MOST_WORDS:  # else they are patients' names
        known |= {word for word in words if len(word) <= LONGEST_HEADER and recognised(word)}
    return [at for at, cell in enumerate(cells) if cell in known]


def _may_begin(cell: object) -> bool:
    return isinstance(cell, str) and not cell[-1:].isdigit()


def _texts(cells: Sequence[Any]) -> list[str]:
    texts = [plain_text(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _is_repeated(line: Line, same: Sequence[list[str]]) -> bool:
    if line.blank:
        return False
    first = plain_text(line.cells[0])
    return any(each and first == each[0] for each in same) and _texts(line.cells) in same


def _is_header(line: Line, known: set[str], fields: set[Any]) -> bool:
    """Whether a row holds no number and mostly names, which the first header mostly has or that of a number leads."""
    first = next((cell for cell in line.cells if cell is not None), None)
    if not isinstance(first, str) or (first[-1:].isdigit() and plain_text(first).casefold() not in known):
        return False  # as nearly every patient's first cell is
    held = [plain_text(cell).casefold() for cell in line.held if isinstance(cell, str)]
    if len(held) != len(line.held) or len(held) < _FEWEST_LED or len(held[0]) > LONGEST_HEADER:
        return False
    if any(_NUMBER.fullmatch(text) and text not in known for text in held):
        return False
    if not (held[0] in known or recognised(held[0])):
        return False
    shared = [text for text in held if text in known or field_called(text[:LONGEST_HEADER]) in fields]
    named = [text for text in held if text in known or recognised(text)]
    led = "patient_id" in fields and field_called(held[0]) == "patient_id"
    enough = len(set(named)) >= max(_FEWEST_LED if led else _FEWEST_NAMES, _LEAST_NAMES * len(held))
    return enough and (led or len(shared) >= _LEAST_SHARED * len(named))


def _is_upper_line(line: Line, written: Sequence[Sequence[Any]]) -> bool:
    """Whether a row is the line above the names once more: the same phases, perhaps above other columns."""
    words = {*map(plain_text, line.held)}
    return bool(words) and any(words == {*map(plain_text, each)} - {""} for each in written[1:])


def _joined(line: Line, below: Sequence[Line]) -> tuple[Names, int]:
    """The names of a header with the line of units or phases below it, and how many such lines there are."""
    names: Names = [plain_text(cell) or None for cell in line.cells]
    joined = joined_below(names, below[0].cells) if below and not below[0].blank else None
    return (names, 0) if joined is None else (joined, 1)


def _block(row: int, names: Names, header: Names, written: Sequence[Any]) -> _Block:
    """A header's columns by the names of the first one; a name that is not the same in field and unit is its own."""
    places: dict[int, int] = {}
    own: dict[int, str] = {}
    keys = [[_key(name) for name in each] for each in (header, written)]
    meanings = [_meaning(name) if name else None for name in header]
    for at, name in enumerate(names):
        if name is None:
            if at >= len(header) or header[at] is None:
                places[at] = at  # a column that has no name anywhere
            continue
        found = next((each.index(_key(name)) for each in keys if each.count(_key(name)) == 1), -1)
        if found < 0 and (means := _meaning(name)) and meanings.count(means) == 1:
            found = meanings.index(means)
        if found < 0 or found in places.values():
            own[at] = name
        else:
            places[at] = found
    return _Block(row, len(names), places, own)


def _key(name: object) -> str:
    return re.sub(r"\s+", " ", plain_text(name)).casefold()


def _meaning(name: str) -> tuple[Any, ...] | None:
    """The field, the unit and the codes of a name; ``None`` where no field is certain."""
    called, read = field_called(name), read_header(name)
    unit = "" if read.unit in _UNDERSTOOD else read.unit
    return (called, unit, read.unknown_unit, tuple(read.legend.items())) if called else None


def _moved(line: Line, block: _Block, header: Names, ragged: bool) -> Line:
    """A row with its cells under the first header; a cell below a name that this one lacks is left out."""
    if line.blank or (len(line.held) == 1 and line.begins == 0):
        return line  # the name of a group, or a note
    block.rows.append(line.number)
    cells: list[Any] = [None] * max(len(header), len(line.cells))
    faults: dict[int, str] = {}
    slid = ragged and any(cell is not None for cell in line.cells[block.width :])
    for at, cell in enumerate(line.cells[:1] if slid else line.cells):
        place = block.places.get(at, -1)
        if place >= 0:
            cells[place] = cell
            faults.update({place: line.faults[at]} if at in line.faults else {})
        elif cell is not None:
            block.own.setdefault(at, f"column {letters(at + 1)}")
    if ragged and not line.fault and (slid or len(line.cells) < block.width):
        much = "more" if slid else "fewer"
        kept = ": its values may have slid into wrong columns, so only the first was kept." if slid else "."
        line.fault = f"The row has {much} cells than the header above it, in row {block.row}{kept}"
    line.cells, line.faults = cells[: len(header)] if ragged else cells, faults
    return line


def _say(block: _Block, found: Blocks) -> None:
    rows = (
        f"rows {block.rows[0]} to {block.rows[-1]}"
        if len(block.rows) > 1
        else f"row {(block.rows or [block.row + 1])[0]}"
    )
    if block.in_place:
        found.assumptions.append(f"Row {block.row} repeats the header in other words and was skipped.")
        return
    found.moved = True
    if not block.own:
        found.assumptions.append(
            f"Row {block.row} is a header with its columns in another order: "
            f"the cells of {rows} were put under the first header by its names."
        )
        return
    names = first_few([f"“{name}”" for name in block.own.values()])
    said = (
        f"This row is a second header, and the first one has no such column: {names}. "
        f"What stands below {'it' if len(block.own) == 1 else 'them'} in {rows} was left out; "
        "the other cells were put under the first header by its names."
    )
    advice = "Give both tables the same headers in the file, or load the second one from a file of its own."
    found.problems.append(Problem(block.row, "", next(iter(block.own.values())), said, advice))
