"""What points and commas mark in a column of numbers, asked where nothing in the column tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from iren_core.counted import counted
from iren_core.errors import CohortError
from iren_core.intake.convert.column import MARKS, Column, Findings, Question, remarked
from iren_core.intake.values import (
    MARK_ANSWERS,
    DecimalMark,
    NumberCell,
    as_text,
    decimal_mark,
    mark_left_open,
    mark_of_thousands,
    settled_mark,
    without_flag,
)


def decimal_marks(
    columns: Iterable[Column], separator: str, answers: Mapping[str, Mapping[str, str]], findings: Findings
) -> dict[str, DecimalMark]:
    """How each numeric column is written, by field.

    A column that does not settle it itself has decimal points, unless decimal commas occur elsewhere in the
    file, or may: programs separate columns by semicolons where the comma is the decimal mark.
    """
    numeric = [column for column in columns if column.field.is_number]
    own = {column.field.name: decimal_mark(column.cells.values) for column in numeric}
    commas = [f"“{column.name}”" for column in numeric if own[column.field.name].startswith("comma")]
    if commas:
        findings.assumptions.append(f"Numbers are written with decimal commas in {', '.join(commas)}.")
    elsewhere: DecimalMark = "point"
    if commas or (separator == ";" and "point" not in own.values()):
        elsewhere = "unclear"
    return {
        column.field.name: _answered(
            column,
            elsewhere if (mark := own[column.field.name]) == "unclear" else mark,
            answers.get(column.field.name, {}),
        )
        for column in numeric
    }


def _answered(column: Column, decimal: DecimalMark, answers: Mapping[str, str]) -> DecimalMark:
    """How a column is written by what a reader has said of it, where it leaves that open itself."""
    if MARKS not in answers:
        return decimal
    known = [answer for pair in MARK_ANSWERS.values() for answer in pair]
    if answers[MARKS] not in known:
        raise CohortError(
            f"What points and commas mark in {column.field.label} was given as “{answers[MARKS]}”.",
            "That is no answer that is known.",
            f"Take one of: {', '.join(known)}.",
        )
    return settled_mark(decimal, answers[MARKS]) if decimal in ("comma", "unclear") else decimal


def ask_marks(
    column: Column,
    reads: Sequence[NumberCell],
    read_as: Callable[[Any, DecimalMark], NumberCell],
    decimal: DecimalMark,
    findings: Findings,
) -> None:
    """Ask whether "1.234" is a thousand or a decimal number, with the first such cell read in both ways.

    read_as : reads a cell of the column as one that is written so
    """
    open_marks = [mark_left_open(read) for read in reads]
    if not any(open_marks):
        return
    mark = "point" if "point" in open_marks else "comma"
    rows = list(remarked(column, [each == mark for each in open_marks]))
    row, code = rows[0]
    cell = column.cells.values[code]
    either = [_value_shown(read_as(cell, settled_mark(decimal, answer))) for answer in MARK_ANSWERS[mark]]
    beside = " beside numbers with decimal commas" if decimal == "comma" else ""
    sentence = (
        f"Does the {mark} mark thousands or decimals here{beside}? Row {row}: {as_text(cell)} is {either[0]} or "
        f"{either[1]}. {counted(len(rows), 'cell')} of the column written so "
        f"{'stays' if len(rows) == 1 else 'stay'} out until this is answered."
    )
    findings.questions.append(
        Question(column.field.name, column.name, (MARKS,), MARK_ANSWERS[mark], sentence)
    )


def _value_shown(read: NumberCell) -> str:
    number = read.bound if read.value is None else read.value
    return f"{read.sign}{number:.12g}"


def say_flags(column: Column, unit: str, reads: Sequence[NumberCell], findings: Findings) -> None:
    """Say in which cells a laboratory's mark of a high or low value was dropped."""
    flagged = [
        isinstance(cell, str) and not read.fault and bool(without_flag(cell, unit)[1])
        for cell, read in zip(column.cells.values, reads, strict=True)
    ]
    rows = list(remarked(column, flagged))
    if not rows:
        return
    row, code = rows[0]
    findings.assumptions.append(
        f"In “{column.name}” the marks of high and low values were dropped in {counted(len(rows), 'cell')}; row {row}: "
        f"{as_text(column.cells.values[code])} is {_value_shown(reads[code])}."
    )


def say_thousands(
    column: Column, reads: Sequence[NumberCell], decimal: DecimalMark, findings: Findings
) -> None:
    """Say in which cells a mark was taken for one of thousands."""
    marks = [
        "" if read.fault else mark_of_thousands(cell, decimal)
        for cell, read in zip(column.cells.values, reads, strict=True)
    ]
    rows = list(remarked(column, [bool(mark) for mark in marks]))
    if not rows:
        return
    row, code = rows[0]
    findings.assumptions.append(
        f"In “{column.name}” {marks[code]}s mark thousands in {counted(len(rows), 'cell')}; row {row}: "
        f"{as_text(column.cells.values[code])} is {_value_shown(reads[code])}."
    )
