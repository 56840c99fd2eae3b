"""Turn the matched columns into canonical types: one unit, one coding, real dates, honest gaps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.errors import CohortError
from iren_core.intake.codings import (
    ALIVE,
    HEALING_FIELDS,
    NO,
    NONE,
    choices,
    read_coding,
    says_unhealed,
)
from iren_core.intake.headers import Header, read_header
from iren_core.intake.match import ColumnMatch
from iren_core.intake.table import Distinct, Problem, RawTable, Severity
from iren_core.intake.unit_doubt import doubted_units
from iren_core.intake.units import (
    SAME,
    Conversion,
    conversion,
    convertible_units,
    fitting_units,
    unit_key,
    unit_words,
)
from iren_core.intake.values import (
    DAY_ORDERS,
    ERA,
    LAST_SHORT_YEAR,
    SHORT_ORDERS,
    DateCell,
    DayOrder,
    DecimalMark,
    NumberCell,
    as_text,
    day_order,
    decimal_mark,
    is_missing,
    plain,
    plain_number,
    possible_orders,
    read_date,
    read_number,
)

Codings = Mapping[str, Mapping[str, str]]

#: What an answer to a question about a whole column is filed under, beside the codes.
UNIT, ORDER = "unit", "order"

#: Numbers by which many files say that there is no value.
_MISSING_CODES = frozenset({999.0, 9999.0, 99999.0, -9.0, -99.0, -999.0})
_CODE = " If it stands for a missing value, leave the cell empty."

LIMIT_COLUMNS = ("row", "field", "sign", "bound")


@dataclass(frozen=True)
class Question:
    """What the file does not say and a reader must: the meaning of codes, a unit, the order of day and month.

    values : the values in doubt, as text, most frequent first; ``UNIT`` or ``ORDER`` where the column is
    choices : the categories from which to choose; an open field (treatment arm) takes other words too
    sentence : the question; of a unit or an order, with one row of the file before and after each choice
    """

    field: str
    column: str
    values: tuple[str, ...]
    choices: tuple[str, ...]
    sentence: str


class Limit(NamedTuple):
    """A value given only as a limit: "<5" is ("<", 5.0), in the field's unit."""

    row: int
    field: str
    sign: str
    bound: float


@dataclass
class Findings:
    """What comes to light while columns are converted, beside the values."""

    problems: list[Problem] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    assumptions: list[str] = field(default_factory=list)


class Column(NamedTuple):
    """One matched column on its way: its different cells, each read once, its header, and its row numbers."""

    field: schema.Field
    name: str
    header: Header
    unit: str
    cells: Distinct
    rows: np.ndarray
    header_row: int


def convert(
    table: RawTable,
    matches: Sequence[ColumnMatch],
    codings: Codings | None = None,
    progress: Callable[[str, float], None] = lambda words, share: None,
) -> tuple[pd.DataFrame, Findings]:
    """The matched columns as a frame of canonical types, and what came to light.

    Parameters
    ----------
    matches : one per column of the table; suggestions are not used
    codings : field -> {value in the file -> category}, a reader's answers to the questions; of a column of
        numbers {"unit": the unit it is in}, of dates {"order": "day first" or "month first"}
    progress : called with the column being cleaned and which share of them lies behind

    Raises
    ------
    CohortError
        when the codings name a field or a category that does not exist.
    """
    codings = _by_category(codings or {})
    findings = Findings()
    columns = _columns(table, matches)
    decimals = _decimal_marks(columns.values(), table.separator, findings)
    converted: dict[str, Any] = {}
    for done, (name, column) in enumerate(columns.items()):
        _say_missing(column, findings)
        progress(f"cleaning column {done + 1} of {len(columns)}, {column.field.label}", done / len(columns))
        if _is_number(column.field):
            converted[name] = _numbers(column, findings, decimals[name], codings.get(name, {}))
        elif column.field.kind == "date":
            converted[name] = _dates(column, findings, codings.get(name, {}))
        elif column.field.kind == "text":
            converted[name] = _texts(column, table.labels.get(column.name, {}))
        else:
            legend = {**column.header.legend, **table.labels.get(column.name, {})}
            converted[name] = _codes(column, legend, codings.get(name, {}), findings)
    if "outcome" in converted:
        converted["outcome"] = _settle_alive(converted, findings)
    frame = pd.DataFrame(converted, index=pd.Index(table.rows, name="row"))
    return frame, findings


def categorical(field: schema.Field, values: Sequence[str | None] | np.ndarray) -> pd.Categorical:
    """Values as categories: the known ones in clinical order, then others as they appear in the file."""
    codes, found = pd.factorize(np.asarray(values, dtype=object))
    categories = [*field.categories, *(value for value in found.tolist() if value not in field.categories)]
    places = np.array([*map(categories.index, found.tolist()), -1])
    return pd.Categorical.from_codes(places[codes], categories=categories)


def impossible(field: schema.Field, values: np.ndarray) -> np.ndarray:
    """Which values cannot be right, lying beyond the field's limits."""
    low, high = (np.nan if bound is None else bound for bound in (field.hard_min, field.hard_max))
    return (values < low) | (values > high)


def beyond_limits(field: schema.Field, value: float) -> str:
    """ "impossible", "unusual" or "": where a value lies against the field's limits."""
    for low, high, word in (
        (field.hard_min, field.hard_max, "impossible"),
        (field.warn_min, field.warn_max, "unusual"),
    ):
        if (low is not None and value < low) or (high is not None and value > high):
            return word
    return ""


def _says_nothing(cell: Any) -> bool:
    """Whether a cell of numbers or dates has no value."""
    return is_missing(cell) or cell == "-"


def _denies_healing(known: schema.Field, cell: Any) -> bool:
    """Whether a cell for the day of healing says that the patient had not healed."""
    return known.name in HEALING_FIELDS and says_unhealed(cell)


def _say_missing(column: Column, findings: Findings) -> None:
    """Count the cells whose words are taken for no value, or for no healing."""
    often = np.bincount(column.cells.codes, minlength=len(column.cells.values)).tolist()
    missing: Counter[str] = Counter()
    unhealed: Counter[str] = Counter()
    for cell, number in zip(column.cells.values, often, strict=True):
        if not isinstance(cell, str) or not cell or not number or cell[0].isdigit():
            continue  # no such word begins with a digit, and there may be a hundred thousand numbers
        if _denies_healing(column.field, cell):
            unhealed[cell] += number
        elif _is_gap(column.field, cell):
            missing[cell] += number
    for words, meaning, advice in (
        (missing, "taken as missing", "Leave a cell empty where nothing is known."),
        (unhealed, "taken as “not healed”, without a day", "See whether the last follow-up is given."),
    ):
        for word, number in words.most_common():
            cells = "1 cell with" if number == 1 else f"{number} cells with"
            said = f"{cells} “{word}” {'is' if number == 1 else 'are'} {meaning}."
            findings.problems.append(Problem(column.header_row, column.name, word, said, advice, "note"))


def _is_gap(known: schema.Field, cell: str) -> bool:
    if known.kind == "text":
        return known.name != "patient_id" and is_missing(cell)
    return (
        _says_nothing(cell) if _is_number(known) or known.kind == "date" else _coded_text(cell, known) is None
    )


def _is_number(field: schema.Field) -> bool:
    return field.kind in ("number", "integer")


def _columns(table: RawTable, matches: Sequence[ColumnMatch]) -> dict[str, Column]:
    """The columns in use, in the order of the data dictionary."""
    at = {match.field: index for index, match in enumerate(matches) if match.used}
    return {
        name: Column(
            known,
            table.columns[i],
            read_header(table.columns[i]),
            matches[i].unit,
            table.distinct(i),
            table.rows,
            table.header_row,
        )
        for name, known in schema.fields().items()
        if (i := at.get(name)) is not None
    }


# ---- numbers -----------------------------------------------------------------------------------------


def _decimal_marks(columns: Iterable[Column], separator: str, findings: Findings) -> dict[str, DecimalMark]:
    """How each numeric column is written, by field.

    A column that does not settle it itself has decimal points, unless decimal commas occur elsewhere in the
    file, or may: programs separate columns by semicolons where the comma is the decimal mark.
    """
    numeric = [column for column in columns if _is_number(column.field)]
    own = {column.field.name: decimal_mark(column.cells.values) for column in numeric}
    commas = [f"“{column.name}”" for column in numeric if own[column.field.name] == "comma"]
    if commas:
        findings.assumptions.append(f"Numbers are written with decimal commas in {', '.join(commas)}.")
    elsewhere: DecimalMark = "point"
    if commas or (separator == ";" and "point" not in own.values()):
        elsewhere = "unclear"
    return {name: elsewhere if mark == "unclear" else mark for name, mark in own.items()}


def _numbers(
    column: Column, findings: Findings, decimal: DecimalMark, answers: Mapping[str, str]
) -> np.ndarray:
    known = column.field
    others = convertible_units(known, "".join(column.header.keys))
    if UNIT in answers:
        column = column._replace(
            unit=_answered_unit(column, answers[UNIT]), header=replace(column.header, unknown_unit="")
        )
    unit = column.unit or unit_key(known.unit)
    reads = [
        NumberCell() if _denies_healing(known, cell) else _number_cell(cell, unit, decimal, others)
        for cell in column.cells.values
    ]
    if UNIT not in answers and not _names_unit(column) and _ask_unit(column, reads, findings):
        return np.full(len(column.rows), np.nan)
    rule = _unit_rule(column, reads, findings)
    if rule is None:
        return np.full(len(column.rows), np.nan)
    numbers, remarks = [], []
    for read in reads:
        number, remark = _number(read, known, others[read.unit] if read.unit else rule)
        numbers.append(number)
        remarks.append(remark)
    for row, code in _remarked(column, [remark != _PLAIN for remark in remarks]):
        findings.problems += [
            Problem(row, column.name, as_text(column.cells.values[code]), *said)
            for said in remarks[code].says
        ]
        if (bound := remarks[code].bound) is not None:
            findings.limits.append(Limit(row, known.name, remarks[code].sign, bound))
    _say_own_units(column, reads, others, findings)
    return column.cells.spread(numbers, float)


class _Remark(NamedTuple):
    """What a cell gives beside a number: problems with their advice and their weight, a limit."""

    says: tuple[tuple[str, str, Severity], ...] = ()
    sign: str = ""
    bound: float | None = None


_PLAIN = _Remark()


def _number_cell(cell: Any, unit: str, decimal: DecimalMark, others: Mapping[str, Conversion]) -> NumberCell:
    """What a cell says; nothing where it is empty or says that there is no value."""
    number = plain_number(cell) if decimal == "point" else None
    if number is not None:
        return NumberCell(number)
    if _says_nothing(cell):
        return NumberCell()
    return read_number(cell, unit, decimal=decimal, others=others)


def _number(read: NumberCell, known: schema.Field, rule: Conversion) -> tuple[float, _Remark]:
    """The value of a cell in the field's unit, NaN without one, and what else it gives."""
    if read.fault:
        problem = f"{read.fault} The value was left out."
        return np.nan, _Remark(((problem, "Write a single number in the column's unit.", "error"),))
    if read.bound is not None:
        return np.nan, _Remark((), read.sign, _converted(read.bound, rule))
    if read.value is None:
        return np.nan, _PLAIN
    says: list[tuple[str, str, Severity]] = []

    def say(problem: str, advice: str, severity: Severity = "error") -> None:
        says.append((problem, advice, severity))

    if read.note:
        say(read.note, "Write the exact number if it is known.", "note")
    value = _converted(read.value, rule)
    kept = _keep(known, value, say)
    return value if kept else np.nan, _Remark(tuple(says)) if says else _PLAIN


def _remarked(column: Column, has: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Row number and code of every cell that has something to be said about, from top to bottom."""
    codes = column.cells.codes
    for place in np.flatnonzero(np.array(has, dtype=bool)[codes]) if any(has) else ():
        yield int(column.rows[place]), int(codes[place])


def _bare(read: NumberCell) -> bool:
    """Whether a cell holds a number and names no unit of its own."""
    return read.value is not None and not read.unit


def _names_unit(column: Column) -> bool:
    """Whether the header names a unit; the field's own name does only where the unit is a part of it."""
    if column.header.unknown_unit:
        return True
    return bool(column.unit) and not (
        column.field.name.isalpha() and column.name.casefold() == column.field.name
    )


def _answered_unit(column: Column, answer: str) -> str:
    """The unit that a reader has named, in one spelling."""
    known = column.field
    units = {unit_words(unit): unit for unit in convertible_units(known)}
    unit = units.get(answer) or unit_key(answer) or (unit_key(known.unit) if answer == known.unit else "")
    if not unit:
        raise CohortError(
            f"The unit of {known.label} was given as “{answer}”.",
            "That is no unit that is known.",
            f"Take one of: {', '.join([known.unit, *units])}.",
        )
    return unit


def _ask_unit(column: Column, reads: Sequence[NumberCell], findings: Findings) -> bool:
    """Ask for the unit where the header names none and the values suggest another than the field's."""
    known = column.field
    bare = column.cells.spread((read.value if _bare(read) else np.nan for read in reads), float)
    places = np.flatnonzero(~np.isnan(bare))
    units = doubted_units(known, bare[places], "".join(column.header.keys))
    if not units:
        return False
    row, value = int(column.rows[places[0]]), float(bare[places[0]])
    shown = []
    for unit in units:
        rule = conversion(known, unit, "".join(column.header.keys))
        if rule is None:
            shown.append(f"in {unit_words(unit)} it cannot be used")
        else:
            shown.append(f"in {unit_words(unit)} it is {_converted(value, rule):g} {known.unit}")
    words = " or ".join(unit_words(unit) for unit in units)
    sentence = (
        f"The header names no unit, and the values suggest another than {known.unit}. Are they in {words}? "
        f"Row {row} reads {value:g}: {'; '.join(shown)}."
    )
    findings.questions.append(
        Question(known.name, column.name, (UNIT,), tuple(unit_words(unit) for unit in units), sentence)
    )
    problem = f"{known.label}: it is not clear whether the values are in {words}. They were left out."
    advice = "Say so on the page Load data, or name the unit in the header."
    findings.problems.append(Problem(column.header_row, column.name, f"{value:g}", problem, advice))
    return True


def _say_own_units(
    column: Column,
    reads: Sequence[NumberCell],
    others: Mapping[str, Conversion],
    findings: Findings,
) -> None:
    """Say which cells were converted because they name a unit of their own."""
    rows: dict[str, list[tuple[int, NumberCell]]] = defaultdict(list)
    for row, code in _remarked(column, [bool(read.unit) for read in reads]):
        rows[reads[code].unit].append((row, reads[code]))
    for unit, found in rows.items():
        row, read = found[0]
        before = read.bound if read.value is None else read.value
        after = _converted(before or 0.0, others[unit])
        if unit == "fraction":  # said by the format of the cell, for no cell has the word
            cells = "1 cell is" if len(found) == 1 else f"{len(found)} cells are"
            findings.assumptions.append(
                f"In “{column.name}” {cells} in percent format, which stores a share of 1: "
                f"row {row}, {before:g} became {after:g} %."
            )
            continue
        findings.assumptions.append(
            f"In “{column.name}” {len(found)} cell{'s name' if len(found) > 1 else ' names'} {unit_words(unit)}: "
            f"converted to {column.field.unit}; row {row}: {before:g} became {after:g}."
        )


def _unit_rule(column: Column, reads: Sequence[NumberCell], findings: Findings) -> Conversion | None:
    """How to reach the field's unit; ``None``, and a problem, when the column's unit cannot be converted."""
    known, header = column.field, column.header
    rule = None if header.unknown_unit else conversion(known, column.unit, "".join(header.keys))
    if rule is None:
        unit = header.unknown_unit or unit_words(column.unit)
        wanted = known.unit or "no unit"
        findings.problems.append(
            Problem(
                column.header_row,
                column.name,
                unit,
                f"{known.label} is wanted in {wanted}, and {unit} cannot be converted; the column is empty.",
                f"Give the values in {wanted}, and name that unit in the header.",
            )
        )
    elif rule != SAME:
        shift = f" {rule.shift:+.4g}" if rule.shift else ""
        units = f"from {unit_words(column.unit)} to {known.unit}"
        shown = next(
            (
                f"; row {row}: {value:g} became {_converted(value, rule):g}"
                for row, code in _remarked(column, [_bare(read) for read in reads])
                if (value := reads[code].value) is not None
            ),
            "",
        )
        findings.assumptions.append(
            f"“{column.name}” was converted {units} (× {rule.scale:.4g}{shift}){shown}."
        )
    return rule


def _converted(value: float, rule: Conversion) -> float:
    """The value in the field's unit, without the dust of floating point (1.72 m is 172 cm)."""
    if rule == SAME:
        return value
    return float(f"{value * rule.scale + rule.shift:.12g}")


def _keep(known: schema.Field, value: float, say: Any) -> bool:
    """Whether a value can be right; says what is wrong with it or unusual about it."""
    if known.kind == "integer" and not value.is_integer():
        say(f"{known.label} is a whole number. The value was left out.", "Correct it.")
        return False
    word = beyond_limits(known, value)
    if word == "impossible":
        bounds = f"{known.hard_min:g} to {known.hard_max:g} {known.unit}".strip()
        fitting = [unit_words(unit) for unit in fitting_units(known, value)]
        hint = (
            f" If the column is in {' or '.join(fitting)}, name that unit in its header." if fitting else ""
        )
        say(
            f"{known.label} lies outside {bounds}. The value was left out.",
            f"Look it up and correct it.{hint}{_CODE if value in _MISSING_CODES else ''}",
        )
        return False
    if word != "unusual" and value in _MISSING_CODES:
        say(
            f"{value:g} is often written for a missing value. It was kept.",
            "Leave the cell empty if it is one.",
            "note",
        )
    if word == "unusual":
        low, high = known.warn_min, known.warn_max
        say(
            f"{known.label} of {value:g} {known.unit}".rstrip()
            + f" is unusual (mostly {low:g} to {high:g}). It was kept.",
            "Look it up.",
            "warning",
        )
    return True


# ---- dates and text ----------------------------------------------------------------------------------


def _dates(column: Column, findings: Findings, answers: Mapping[str, str]) -> pd.DatetimeIndex:
    order = _answered_order(column, answers) or day_order(column.cells.values)
    if order == "unknown":
        _ask_order(column, findings)
    if order != "unknown":
        told = ORDER not in answers and possible_orders(column.cells.values) == (order,)
        only = (
            f"the only order that puts them between {ERA[0]}, when checkpoint inhibitors came, and {ERA[-1]}"
        )
        why = f", {only}" if told else ""
        findings.assumptions.append(f"Dates in “{column.name}” are written with the {order}{why}.")
    reads = [
        DateCell() if _says_nothing(cell) or _denies_healing(column.field, cell) else read_date(cell, order)
        for cell in column.cells.values
    ]
    if short := [row for row, _ in _remarked(column, [read.short_year for read in reads])]:
        cells = "one cell" if len(short) == 1 else f"{len(short)} cells"
        findings.assumptions.append(
            f"In “{column.name}” {cells} (the first in row {short[0]}) give the year with two digits: read as 20__ "
            f"(2000 to {LAST_SHORT_YEAR})."
        )
    for row, code in _remarked(column, [bool(read.fault) for read in reads]):
        problem = f"{reads[code].fault} The date was left out."
        value = as_text(column.cells.values[code])
        findings.problems.append(
            Problem(row, column.name, value, problem, "Write it as 2023-03-05 (year, month, day).")
        )
    return pd.DatetimeIndex(column.cells.spread((read.value for read in reads), "datetime64[ns]"))


def _answered_order(column: Column, answers: Mapping[str, str]) -> DayOrder | None:
    """Whether the day or the month comes first, as a reader has said."""
    for order in SHORT_ORDERS:
        if answers.get(ORDER) == order:
            return order
    if ORDER in answers:
        raise CohortError(
            f"The order of day and month in {column.field.label} was given as “{answers[ORDER]}”.",
            "There is no such order.",
            f"Take one of: {', '.join(SHORT_ORDERS)}.",
        )
    return None


def _ask_order(column: Column, findings: Findings) -> None:
    """Ask whether the day or the month comes first, where nothing in the column tells."""
    orders = possible_orders(column.cells.values) or DAY_ORDERS
    for code, cell in enumerate(column.cells.values):
        if is_missing(cell) or read_date(cell, "unknown").value:
            continue
        either = [(order, read_date(cell, order).value) for order in orders]
        if not all(value for _, value in either):
            continue
        row = int(column.rows[column.cells.codes.tolist().index(code)])
        shown = "; ".join(f"{order} it is {as_text(value)}" for order, value in either)
        asked = ", ".join(f"the {order.removesuffix(' first')}" for order in orders[:-1])
        asked += f" or the {orders[-1].removesuffix(' first')}"
        sentence = f"Which comes first in these dates, {asked}? Row {row} reads {cell}: {shown}."
        findings.questions.append(Question(column.field.name, column.name, (ORDER,), orders, sentence))
        return


def _texts(column: Column, legend: Mapping[str, str]) -> np.ndarray:
    """Text as it stands, a code as the file's own label; an ID may be called "NA"."""
    literal = column.field.name == "patient_id"
    texts = (
        None if not literal and is_missing(cell) else as_text(cell) or None for cell in column.cells.values
    )
    return column.cells.spread(None if text is None else legend.get(text, text) for text in texts)


# ---- categories and flags ----------------------------------------------------------------------------


def _codes(column: Column, legend: Mapping[str, str], answers: Mapping[str, str], findings: Findings) -> Any:
    known = column.field
    texts = [_coded_text(cell, known) for cell in column.cells.values]
    often = np.bincount(column.cells.codes, minlength=len(texts)).tolist()
    counts: Counter[str] = Counter()
    for text, number in zip(texts, often, strict=True):
        if text is not None:
            counts[text] += number
    coding = read_coding(known, column.header, counts, legend, answers)
    meaning = {
        text: answers.get(text) or _spelling(known, category, legend.get(text, text))
        for text, category in coding.known.items()
    }
    meaning = _one_spelling(meaning, counts, known)
    if coding.unclear:
        _ask(column, [text for text, _ in counts.most_common() if text in coding.unclear], findings)
    for row, code in _remarked(column, [text in coding.wrong for text in texts]):
        text = texts[code] or ""
        problem = f"“{text}” is no known value of {known.label}. It was left out."
        advice = f"Write one of: {', '.join(choices(known))}."
        findings.problems.append(Problem(row, column.name, text, problem, advice))
    if known.kind == "flag":
        flags = [None if text is None or text not in meaning else meaning[text] == "yes" for text in texts]
        yes, unknown = (
            column.cells.spread(each, bool)
            for each in ([bool(flag) for flag in flags], [flag is None for flag in flags])
        )
        return pd.arrays.BooleanArray(yes, unknown)
    values = column.cells.spread(None if text is None else meaning.get(text) or None for text in texts)
    return values if known.name == "outcome" else categorical(known, values)


def _coded_text(cell: Any, known: schema.Field) -> str | None:
    """The text of a cell, ``None`` when it is missing; in a flag "none" is a no like "-", not a gap."""
    says_no = known.kind == "flag" or known.name == "tnfi_drug"
    if says_no and isinstance(cell, str) and plain(cell) in NO:
        return as_text(cell)
    return None if is_missing(cell) or cell == "-" else as_text(cell)


def _one_spelling(meaning: Mapping[str, str], counts: Counter[str], known: schema.Field) -> dict[str, str]:
    """Further categories that differ only in case, width or blanks are one, spelled as most patients have it."""
    patients: dict[str, Counter[str]] = defaultdict(Counter)
    for text, category in meaning.items():
        patients[_letters(category)][category] += counts[text]
    spelled = {key: spellings.most_common(1)[0][0] for key, spellings in patients.items()}
    spelled |= {_letters(category): category for category in choices(known)}
    return {text: spelled[_letters(category)] for text, category in meaning.items()}


def _letters(category: str) -> str:
    return "".join(plain(category).split())


def _spelling(known: schema.Field, category: str, label: str) -> str:
    """A known category by its own name; a further one as the file spells it."""
    return category if category in (*choices(known), NONE) else label


def _ask(column: Column, values: list[str], findings: Findings) -> None:
    known = column.field
    shown = ", ".join(f"“{value}”" for value in values[:6])
    sentence = f"What do the values {shown} of the column “{column.name}” mean?"
    findings.questions.append(Question(known.name, column.name, tuple(values), choices(known), sentence))
    problem = f"The file does not say what {shown} mean as {known.label.lower()}; these values were left out."
    if len(values) == 1:
        problem = f"The file does not say what {shown} means as {known.label.lower()}; it was left out."
    advice = "Say so on the page Load data, or write it into the header, as in “Sex (0=female, 1=male)”."
    findings.problems.append(Problem(column.header_row, column.name, shown, problem, advice))


def _settle_alive(converted: Mapping[str, Any], findings: Findings) -> pd.Categorical:
    """A patient who lived healed if there is a day of healing or a word of it, otherwise not."""
    outcome = list(converted["outcome"])
    if ALIVE in outcome:
        healed = np.zeros(len(outcome), dtype=bool)
        for name in ("reepithelization_days", "date_healing"):
            if name in converted:
                healed |= pd.notna(converted[name])
        if "healed" in converted:
            healed |= pd.Series(converted["healed"]).fillna(False).to_numpy(dtype=bool)
        outcome = [
            ("healed" if done else "not healed") if value == ALIVE else value
            for value, done in zip(outcome, healed, strict=True)
        ]
        findings.assumptions.append(
            "A patient recorded as alive counts as healed where the file tells of it, else as not healed."
        )
    return categorical(schema.field("outcome"), outcome)


def _by_category(codings: Codings) -> Codings:
    """A reader's answers with each label ("Corticosteroids alone") replaced by its category."""
    return {
        name: {value: _category(schema.field(name), answer) for value, answer in answers.items()}
        for name, answers in codings.items()
    }


def _category(known: schema.Field, answer: str) -> str:
    names = {_letters(schema.category_label(known.name, category)): category for category in choices(known)}
    names |= {_letters(category): category for category in choices(known)}
    if _letters(answer) in names:
        return names[_letters(answer)]
    if choices(known) and known.name not in schema.OPEN_CATEGORIES:
        raise CohortError(
            f"A value of {known.label} was given the meaning “{answer}”.",
            "That is not one of its categories.",
            f"Take one of: {', '.join(choices(known))}.",
        )
    return answer
