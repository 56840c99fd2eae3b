"""In which unit a column is, asked where nothing says so, and how to reach the unit of its field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from iren_core.counted import counted, is_
from iren_core.errors import CohortError
from iren_core.intake.convert.column import UNIT, Column, Findings, Question, remarked
from iren_core.intake.match.names import fields_called
from iren_core.intake.table import Problem
from iren_core.intake.unit_doubt import doubted_units
from iren_core.intake.units import SAME, Conversion, conversion, convertible_units, unit_key, unit_words
from iren_core.intake.values import NumberCell

#: What a reader answers of a column whose unit has nothing to do with its field's, and of a field without a unit.
UNUSABLE, NO_UNIT = "cannot be used", "no unit"


def without_name(column: Column) -> Column:
    """The column without the unit that is no unit but a name of its field: "vs_hr" is a heart rate, not hours."""
    header, known = column.header, column.field
    if not header.literal or column.unit in ("", "%") or conversion(known, column.unit) is not None:
        return column
    words = header.names[0].split()
    ends = ("".join(words[place:]) for place in range(len(words)))
    if any(known.name == name for end in ends for name, _ in fields_called(end, "")):
        return column._replace(unit="")
    return column


def names_unit(column: Column) -> bool:
    """Whether the header names a unit; the field's own name does only where the unit is a part of it."""
    if column.header.unknown_unit:
        return True
    return bool(column.unit) and not (
        column.field.name.isalpha() and column.name.casefold() == column.field.name
    )


def answered_unit(column: Column, answer: str) -> str:
    """The unit that a reader has named, in one spelling."""
    known = column.field
    if answer == NO_UNIT and not known.unit:
        return ""
    units = {unit_words(unit): unit for unit in convertible_units(known)}
    unit = units.get(answer) or unit_key(answer) or (unit_key(known.unit) if answer == known.unit else "")
    if not unit:
        raise CohortError(
            f"The unit of {known.label} was given as “{answer}”.",
            "That is no unit that is known.",
            f"Take one of: {', '.join([known.unit, *units])}.",
        )
    return unit


def ask_unit(column: Column, reads: Sequence[NumberCell], findings: Findings) -> bool:
    """Ask for the unit where the header names none, and the values or the marker's other phase suggest another."""
    known = column.field
    bare = column.cells.spread((read.value if is_bare(read) else np.nan for read in reads), float)
    places = np.flatnonzero(~np.isnan(bare))
    units = doubted_units(known, bare[places], "".join(column.header.keys))
    why = f"the values suggest another than {known.unit}. Are they"
    if column.beside and len(places):
        name, unit = column.beside
        units = list(dict.fromkeys([unit_key(known.unit), *units, unit]))
        why = f"“{name}” is in {unit_words(unit)}. Are these values"
    if not units:
        return False
    row, value = int(column.rows[places[0]]), float(bare[places[0]])
    shown = []
    for unit in units:
        rule = conversion(known, unit, "".join(column.header.keys))
        if rule is None:
            shown.append(f"in {unit_words(unit)} it cannot be used")
        else:
            shown.append(f"in {unit_words(unit)} it is {converted_value(value, rule):g} {known.unit}")
    words = " or ".join(unit_words(unit) for unit in units)
    sentence = (
        f"The header names no unit, and {why} in {words}? Row {row} reads {value:g}: {'; '.join(shown)}."
    )
    findings.questions.append(
        Question(known.name, column.name, (UNIT,), tuple(unit_words(unit) for unit in units), sentence)
    )
    problem = f"{known.label}: it is not clear whether the values are in {words}. They were left out."
    advice = "Say so on the page Load data, or name the unit in the header."
    findings.problems.append(Problem(column.header_row, column.name, f"{value:g}", problem, advice))
    return True


def is_bare(read: NumberCell) -> bool:
    """Whether a cell holds a number and names no unit of its own."""
    return read.value is not None and not read.unit


def say_own_units(
    column: Column, reads: Sequence[NumberCell], others: Mapping[str, Conversion], findings: Findings
) -> None:
    """Say which cells were converted because they name a unit of their own."""
    rows: dict[str, list[tuple[int, NumberCell]]] = defaultdict(list)
    for row, code in remarked(column, [bool(read.unit) for read in reads]):
        rows[reads[code].unit].append((row, reads[code]))
    for unit, found in rows.items():
        row, read = found[0]
        before = read.bound if read.value is None else read.value
        after = converted_value(before or 0.0, others[unit])
        if unit == "fraction":  # said by the format of the cell, for no cell has the word
            cells = f"{counted(len(found), 'cell')} {is_(len(found))}"
            findings.assumptions.append(
                f"In “{column.name}” {cells} in percent format, which stores a share of 1: "
                f"row {row}, {before:g} became {after:g} %."
            )
            continue
        findings.assumptions.append(
            f"In “{column.name}” {len(found)} cell{'s name' if len(found) > 1 else ' names'} {unit_words(unit)}: "
            f"converted to {column.field.unit}; row {row}: {before:g} became {after:g}."
        )


def unit_rule(
    column: Column, reads: Sequence[NumberCell], findings: Findings, *, answered: bool
) -> Conversion | None:
    """How to reach the field's unit; ``None`` when it cannot be converted, and a question where nobody answered."""
    known, header = column.field, column.header
    rule = None if header.unknown_unit else conversion(known, column.unit, "".join(header.keys))
    if rule is None:
        _say_inconvertible(column, findings)
        if not answered:
            _ask_for_another(column, reads, findings)
    elif rule != SAME:
        shift = f" {rule.shift:+.4g}" if rule.shift else ""
        units = f"from {unit_words(column.unit)} to {known.unit}"
        first = _first_number(column, reads)
        shown = f"; row {first[0]}: {first[1]:g} became {converted_value(first[1], rule):g}" if first else ""
        findings.assumptions.append(
            f"“{column.name}” was converted {units} (× {rule.scale:.4g}{shift}){shown}."
        )
    return rule


def _ask_for_another(column: Column, reads: Sequence[NumberCell], findings: Findings) -> None:
    """Ask in which unit the values are where the header names one that cannot be the field's, "mg" for mg a day."""
    known, key = column.field, "".join(column.header.keys)
    unit, wanted = column.header.unknown_unit or unit_words(column.unit), known.unit or NO_UNIT
    others = {unit_words(other): rule for other, rule in convertible_units(known, key).items()}
    shown = ""
    if first := _first_number(column, reads):
        row, value = first
        readings = [
            f"in {words} it is {converted_value(value, rule):g} {known.unit}"
            for words, rule in others.items()
        ]
        shown = f" Row {row} reads {value:g}: in {wanted} it stays {'; '.join([f'{value:g}', *readings])}."
    sentence = (
        f"The header names {unit}; {known.label} is in {wanted}, to which {unit} cannot be converted. "
        f"Are the values in {wanted}?{shown}"
    )
    findings.questions.append(
        Question(known.name, column.name, (UNIT,), (wanted, *others, UNUSABLE), sentence)
    )


def _say_inconvertible(column: Column, findings: Findings) -> None:
    unit, wanted = column.header.unknown_unit or unit_words(column.unit), column.field.unit or NO_UNIT
    problem = (
        f"{column.field.label} is wanted in {wanted}, and {unit} cannot be converted; the column is empty."
    )
    advice = f"Say on the page Load data in which unit the values are, or name {wanted} in the header."
    findings.problems.append(Problem(column.header_row, column.name, unit, problem, advice))


def say_unusable(column: Column, findings: Findings) -> None:
    """Say that a column is empty because the reader said that its values cannot be used."""
    findings.assumptions.append(
        f"“{column.name}” was not used as {column.field.label}: by the reader its unit cannot be converted."
    )


def _first_number(column: Column, reads: Sequence[NumberCell]) -> tuple[int, float] | None:
    """The first row with a number that names no unit of its own, and that number."""
    for row, code in remarked(column, [is_bare(read) for read in reads]):
        if (value := reads[code].value) is not None:
            return row, value
    return None


def converted_value(value: float, rule: Conversion) -> float:
    """The value in the field's unit, without the dust of floating point (1.72 m is 172 cm)."""
    if rule == SAME:
        return value
    return float(f"{value * rule.scale + rule.shift:.12g}")
