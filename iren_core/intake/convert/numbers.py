"""Columns of numbers: one decimal mark, one unit, limits kept apart, and what cannot be right left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from iren_core import schema
from iren_core.intake.convert.column import (
    UNIT,
    Column,
    Findings,
    Limit,
    denies_healing,
    remarked,
    says_nothing,
)
from iren_core.intake.convert.column_marks import ask_marks, say_flags, say_thousands
from iren_core.intake.convert.column_unit import (
    UNUSABLE,
    answered_unit,
    ask_unit,
    converted_value,
    names_unit,
    say_own_units,
    say_unusable,
    unit_rule,
    without_name,
)
from iren_core.intake.convert.limits import keep
from iren_core.intake.table import Problem, Severity
from iren_core.intake.units import Conversion, convertible_units, unit_key
from iren_core.intake.values import (
    DecimalMark,
    NumberCell,
    as_text,
    mark_left_open,
    plain_number,
    read_number,
)


def numbers_of(
    column: Column, findings: Findings, decimal: DecimalMark, answers: Mapping[str, str]
) -> np.ndarray:
    """The numbers of a column in its field's unit, NaN where a cell has none or its unit is asked."""
    known = column.field
    others = convertible_units(known, "".join(column.header.keys))
    column = without_name(column)
    if answers.get(UNIT) == UNUSABLE:
        say_unusable(column, findings)
        return np.full(len(column.rows), np.nan)
    if UNIT in answers:
        column = column._replace(
            unit=answered_unit(column, answers[UNIT]), header=replace(column.header, unknown_unit="")
        )
    unit = column.unit or unit_key(known.unit)

    def read_as(cell: Any, mark: DecimalMark) -> NumberCell:
        return (
            NumberCell()
            if denies_healing(known, cell)
            else _number_cell(cell, unit, mark, others, highest=known.name in _HIGHEST)
        )

    reads = [read_as(cell, decimal) for cell in column.cells.values]
    ask_marks(column, reads, read_as, decimal, findings)
    if UNIT not in answers and not names_unit(column) and ask_unit(column, reads, findings):
        return np.full(len(column.rows), np.nan)
    rule = unit_rule(column, reads, findings, answered=UNIT in answers)
    if rule is None:
        return np.full(len(column.rows), np.nan)
    numbers, remarks = [], []
    for read in reads:
        number, remark = _number(read, known, others[read.unit] if read.unit else rule)
        numbers.append(number)
        remarks.append(remark)
    for row, code in remarked(column, [remark != _PLAIN for remark in remarks]):
        findings.problems += [
            Problem(row, column.name, as_text(column.cells.values[code]), *said)
            for said in remarks[code].says
        ]
        if (bound := remarks[code].bound) is not None:
            findings.limits.append(Limit(row, known.name, remarks[code].sign, bound))
    say_own_units(column, reads, others, findings)
    say_flags(column, unit, reads, findings)
    say_thousands(column, reads, decimal, findings)
    return column.cells.spread(numbers, float)


class _Remark(NamedTuple):
    """What a cell gives beside a number: problems with their advice and their weight, a limit."""

    says: tuple[tuple[str, str, Severity], ...] = ()
    sign: str = ""
    bound: float | None = None


_PLAIN = _Remark()
#: Fields of a highest value: of a range that went over days, the upper end is meant.
_HIGHEST = frozenset({"peak_temp_c"})
_ADVICE = "Write a single number in the column's unit."


def _number_cell(
    cell: Any, unit: str, decimal: DecimalMark, others: Mapping[str, Conversion], *, highest: bool
) -> NumberCell:
    """What a cell says; nothing where it is empty or says that there is no value."""
    number = plain_number(cell) if decimal == "point" else None
    if number is not None:
        return NumberCell(number)
    if says_nothing(cell):
        return NumberCell()
    return read_number(cell, unit, decimal=decimal, others=others, highest=highest)


def _number(read: NumberCell, known: schema.Field, rule: Conversion) -> tuple[float, _Remark]:
    """The value of a cell in the field's unit, NaN without one, and what else it gives."""
    if read.fault:
        problem = f"{read.fault} The value was left out."
        advice = "Say so on the page Load data." if mark_left_open(read) else _ADVICE
        return np.nan, _Remark(((problem, advice, "error"),))
    if read.bound is not None:
        return np.nan, _Remark((), read.sign, converted_value(read.bound, rule))
    if read.value is None:
        return np.nan, _PLAIN
    says: list[tuple[str, str, Severity]] = []

    def say(problem: str, advice: str, severity: Severity = "error") -> None:
        says.append((problem, advice, severity))

    if read.note:
        say(read.note, "Write the exact number if it is known.", "note")
    value = converted_value(read.value, rule)
    kept = keep(known, value, say)
    return value if kept else np.nan, _Remark(tuple(says)) if says else _PLAIN
