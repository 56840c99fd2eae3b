"""What a reader said of a file's columns, codes and patient numbers, kept for the next file of the same kind.

The memory is a small JSON text. It holds names of columns, fields, units and the codes of categories ("1" means
female), and nothing of any patient.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from iren_core import schema
from iren_core.errors import CohortError
from iren_core.intake.convert import FILL, LAST_DAYS, MARKS, ORDER, UNIT, begins_of_blocks
from iren_core.intake.derive import CLASSES_OF_1993, Classes
from iren_core.intake.headers import read_header
from iren_core.intake.match import LEFT_OUT, ColumnMatch, match_columns
from iren_core.intake.privacy import identifiers
from iren_core.intake.table import RawTable
from iren_core.intake.units import conversion, unit_words
from iren_core.intake.values import as_text, day_order, decimal_mark

FORMAT = "irEN matching"
VERSION = 1


@dataclass(frozen=True)
class Remembered:
    """How a file was understood.

    columns : column -> field, or ``None`` where the reader left it out
    units : column -> the unit that its header named
    codings : field -> {code in the file -> category}, the reader's answers; of a unit and of the order of day and
        month too
    study_numbers : whether running numbers stood in for the patients' own
    classes : how the detached skin was divided into diagnoses
    """

    columns: Mapping[str, str | None] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    codings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    study_numbers: bool = False
    classes: Classes = CLASSES_OF_1993

    def to_json(self) -> bytes:
        """The memory as text that a person can read."""
        parts = {name: getattr(self, name) for name in _PARTS} | {"classes": asdict(self.classes)}
        whole = {"format": FORMAT, "version": VERSION, **parts}
        return json.dumps(whole, ensure_ascii=False, indent=2).encode()


_PARTS = ("columns", "units", "codings", "study_numbers")


@dataclass(frozen=True)
class Applied:
    """What of a memory fits another file, to be handed to intake, and what does not, as sentences.

    mapping : column -> field where the memory says other than the names do
    used : how many columns the memory knows
    """

    mapping: dict[str, str | None]
    codings: dict[str, dict[str, str]]
    study_numbers: bool
    used: int
    misfits: tuple[str, ...]
    classes: Classes


def remember(
    matches: Sequence[ColumnMatch],
    codings: Mapping[str, Mapping[str, str]],
    *,
    study_numbers: bool,
    classes: Classes = CLASSES_OF_1993,
) -> Remembered:
    """What to keep of how a file was understood; ``codings`` as the reader gave them to intake."""
    known = [match for match in matches if match.used or match.note == LEFT_OUT]
    return Remembered(
        columns={match.column: match.field for match in known},
        units={match.column: unit_words(match.unit) for match in known if match.unit},
        codings={name: dict(answers) for name, answers in codings.items()},
        study_numbers=study_numbers,
        classes=classes,
    )


def recall(data: bytes) -> Remembered:
    """Read a memory back.

    Raises
    ------
    CohortError
        when the bytes are no such memory.
    """
    try:
        whole = json.loads(data.decode("utf-8-sig"))
        if whole["format"] != FORMAT or whole["version"] > VERSION:
            raise KeyError("format")
        classes = Classes(**whole.get("classes", {}))  # memories kept before there was a choice have none
        remembered = Remembered(**{name: whole[name] for name in _PARTS}, classes=classes)
        _check_shape(remembered)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise CohortError(
            "A matching from last time was to be applied.",
            "The file is not one that this dashboard wrote, or it was changed.",
            "Choose the file that “Keep this matching” saved (its name ends in .json).",
        ) from None
    return remembered


def apply(remembered: Remembered, table: RawTable) -> Applied:
    """Fit a memory to another file: what it holds for columns and codes that the file has."""
    own = {match.column: match for match in match_columns(table)}
    personal = {identifier.column for identifier in identifiers(table, tuple(own.values()))}
    misfits: list[str] = []
    mapping: dict[str, str | None] = {}
    taken: set[str] = set()
    for column, name in remembered.columns.items():
        if column not in own:
            misfits.append(f"The file has no column “{column}”{_meant(name)}.")
        elif name is not None and name not in schema.fields():
            misfits.append(f"“{column}” was matched to “{name}”, a field that is no longer known.")
        elif name is not None and name in taken:
            misfits.append(f"“{column}” was left out: another column is already {schema.field(name).label}.")
        else:
            misfits += _other_unit(remembered.units.get(column, ""), own[column])
            taken |= {name} if name else set()
            if name != (own[column].field if own[column].used else None) or column in personal - _numbers(
                own
            ):
                mapping[column] = name
    known = set(remembered.columns) | (personal - _numbers(own))
    if new := [column for column in own if column not in known and own[column].used]:
        shown = ", ".join(f"“{column}”" for column in new)
        misfits.append(f"Not among the columns of last time, and matched by name: {shown}.")
    codings, unknown = _codings(remembered, table, {**_fields(own), **mapping})
    return Applied(
        mapping,
        codings,
        remembered.study_numbers,
        len(remembered.columns) - _missing(misfits),
        (*misfits, *unknown),
        remembered.classes,
    )


def _missing(misfits: Sequence[str]) -> int:
    return sum(sentence.startswith("The file has no column") for sentence in misfits)


def _numbers(own: Mapping[str, ColumnMatch]) -> set[str]:
    return {column for column, match in own.items() if match.field == "patient_id"}


def _fields(own: Mapping[str, ColumnMatch]) -> dict[str, str | None]:
    return {column: match.field for column, match in own.items() if match.used}


def _meant(name: str | None) -> str:
    return f" ({schema.field(name).label})" if name in schema.fields() and name else ""


def _other_unit(then: str, match: ColumnMatch) -> list[str]:
    now = unit_words(match.unit) if match.unit else ""
    if then == now:
        return []
    said = {True: f"now names {now}", False: "now names no unit"}[bool(now)]
    return [
        f"The header of “{match.column}” named {then or 'no unit'} last time and {said}: the new header counts."
    ]


def _codings(
    remembered: Remembered, table: RawTable, fields: Mapping[str, str | None]
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """The answers whose codes occur, and a sentence on those whose codes do not.

    What was said of a unit, of the order of day and month, of points and commas, or of empty cells holds only where
    the new file does not tell it itself.
    """
    at = {name: table.columns.index(column) for column, name in fields.items() if name}
    codings: dict[str, dict[str, str]] = {}
    misfits = []
    for name, answers in remembered.codings.items():
        if name not in schema.fields() or name not in at:
            continue
        cells = table.cells[at[name]]
        present = {as_text(cell) for cell in cells if cell is not None}
        asked = {
            UNIT: _leaves_unit_open(table.columns[at[name]], name),
            ORDER: day_order(cells) == "unknown",
            MARKS: decimal_mark(cells) in ("comma", "unclear"),
            FILL: bool(begins_of_blocks(table.distinct(at[name]))),
            LAST_DAYS: True,
        }
        codings[name] = {
            code: meaning for code, meaning in answers.items() if asked.get(code, code in present)
        }
        if absent := [f"“{code}”" for code in answers if code not in present and code not in asked]:
            label = schema.field(name).label
            misfits.append(f"The codes {', '.join(absent)} of {label} do not occur in this file.")
    return {name: answers for name, answers in codings.items() if answers}, misfits


def _leaves_unit_open(column: str, name: str) -> bool:
    """Whether the header names no unit, or one that cannot be converted to the field's."""
    header = read_header(column)
    return not header.unit or conversion(schema.field(name), header.unit) is None


def _check_shape(remembered: Remembered) -> None:
    texts: list[Any] = [*remembered.columns, *remembered.units.values()]
    texts += [name for name in remembered.columns.values() if name is not None]
    texts += [text for answers in remembered.codings.values() for pair in answers.items() for text in pair]
    if not all(isinstance(text, str) for text in texts) or not all(
        isinstance(flag, bool) for flag in (remembered.study_numbers, *asdict(remembered.classes).values())
    ):
        raise TypeError("not a memory")
