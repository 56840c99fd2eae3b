"""A cohort of patients and the selections made from it. Both are values: nothing changes them in place."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

import numpy as np
import pandas as pd

from iren_core import schema
from iren_core.errors import CohortError, EmptySelection, FieldMissing
from iren_core.intake import (
    CLASSES_OF_1993,
    Assembled,
    Classes,
    ColumnMatch,
    Piece,
    assemble,
    assemble_table,
    match_columns,
    put_together,
)
from iren_core.intake.match import LEFT_OUT
from iren_core.intake.privacy import NUMBERS_LOOK_LIKE

#: What the short form of a selection percent-encodes in a category: its own marks, and outer blanks.
_RESERVED = re.compile(r"[,;=%]|^\s|\s$")


class Between(NamedTuple):
    """A closed range of a numeric field; ``None`` leaves that side open."""

    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        """In words: "18 to 60"."""
        if self.low is None:
            return f"at most {self.high:.10g}"
        if self.high is None:
            return f"at least {self.low:.10g}"
        return f"{self.low:.10g} to {self.high:.10g}"


Condition = tuple[str, ...] | Between


@dataclass(frozen=True)
class Selection:
    """Which patients are looked at: every condition must hold; a patient with the field missing is left out.

    Parameters
    ----------
    diagnosis : categories of diagnosis to keep (``"SJS"``, ``"overlap"``, ``"TEN"``); empty keeps all
    arm : treatment arms to keep; empty keeps all
    where : further conditions by field: a tuple of categories, or ``Between(low, high)``

    Examples
    --------
    >>> print(Selection())
    all patients
    >>> print(Selection(diagnosis=("TEN",), where={"age_years": Between(18, 60)}))
    diagnosis TEN; age 18 to 60 years
    >>> Selection.parse("diagnosis=TEN;age_years=18..60") == Selection(("TEN",), where={"age_years": Between(18, 60)})
    True
    """

    diagnosis: tuple[str, ...] = ()
    arm: tuple[str, ...] = ()
    where: tuple[tuple[str, Condition], ...] | Mapping[str, Condition] = ()

    def __post_init__(self) -> None:
        """Check the fields and bring the conditions into one order."""
        pairs = self.where.items() if isinstance(self.where, Mapping) else self.where
        kept = {name: _condition(name, condition) for name, condition in pairs}
        for name in ("diagnosis", "arm"):
            condition = kept.pop(name, ()) or _condition(name, getattr(self, name))
            object.__setattr__(self, name, condition)
        object.__setattr__(self, "where", tuple(sorted(kept.items())))

    @property
    def conditions(self) -> dict[str, Condition]:
        """Every condition by field, the empty ones left out."""
        every: dict[str, Condition] = {"diagnosis": self.diagnosis, "arm": self.arm, **dict(self.where)}
        return {name: condition for name, condition in every.items() if condition not in ((), Between())}

    def __bool__(self) -> bool:
        """Whether there is any condition."""
        return bool(self.conditions)

    def __str__(self) -> str:
        """In words: "diagnosis TEN; age 18 to 60 years"."""
        return (
            "; ".join(_words(name, condition) for name, condition in self.conditions.items())
            or "all patients"
        )

    def and_then(self, further: Selection) -> Selection:
        """The selection that a second one makes of what this one has left."""
        conditions = dict(self.conditions)
        for name, condition in further.conditions.items():
            conditions[name] = _both(conditions.get(name), condition)
        return Selection(where=conditions)

    def as_text(self) -> str:
        """The selection in the short form that links and the command line carry; ``parse`` reads it back."""
        return ";".join(f"{name}={_short(condition)}" for name, condition in self.conditions.items())

    @classmethod
    def parse(cls, text: str) -> Selection:
        """Read ``"diagnosis=SJS,TEN;age_years=18..60"``.

        Raises
        ------
        CohortError
            when a part is not ``field=value``, names no field or one twice, or bounds are not numbers.
        """
        parts = [_parse_part(part) for part in text.split(";") if part.strip()]
        names = [name for name, _ in parts]
        for name in names:
            if names.count(name) > 1:
                raise CohortError(
                    f"Filters were given as “{text}”.",
                    f"The field {name} stands there twice.",
                    f"Put its categories into one part, for example {name}=SJS,TEN.",
                )
        return cls(where=dict(parts))


@dataclass(frozen=True)
class Source:
    """Where a cohort came from and how it was read.

    ``columns`` tells how each column of the file was matched; ``codings`` what the reader said that codes mean,
    by field; ``assumptions`` are sentences on what was taken for granted while reading (encoding, separator);
    ``study_numbers`` whether running numbers stand in for the patients' own; ``classes`` how detached skin is divided
    into diagnoses; ``pieces`` the tables that were joined or turned, empty for a single one as it is;
    ``left_out_rows`` the rows that the reader left out, by their numbers in the file.
    """

    filename: str
    sha256: str
    sheet: str | None
    rows_read: int
    read_at: str
    columns: tuple[ColumnMatch, ...] = ()
    codings: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    assumptions: tuple[str, ...] = ()
    synthetic: bool = False
    study_numbers: bool = False
    classes: Classes = CLASSES_OF_1993
    pieces: tuple[Piece, ...] = ()
    left_out_rows: tuple[int, ...] = ()

    @property
    def chosen(self) -> dict[str, str | None]:
        """What the reader said of columns: the field of each, ``None`` where it was left out."""
        return {
            match.column: match.field
            for match in self.columns
            if match.how == "chosen" or match.note == LEFT_OUT
        }

    @property
    def reading(self) -> dict[str, Any]:
        """What reads the cohort in the same way, beside the file; empty for the defaults.

        With ``pieces`` these are the arguments of ``read_joined``, without them those of ``read_cohort``.
        """
        chosen = {
            "pieces": self.pieces,
            "sheet": None if self.pieces else self.sheet,
            "mapping": self.chosen,
            "codings": {name: dict(coding) for name, coding in self.codings},
            "study_numbers": self.study_numbers,
            "left_out_rows": self.left_out_rows,
            "classes": None if self.classes == CLASSES_OF_1993 else self.classes,
        }
        return {name: value for name, value in chosen.items() if value}

    def __str__(self) -> str:
        """In words: the file and the beginning of its hash."""
        synthetic = ", synthetic data" if self.synthetic else ""
        return f"{self.filename} (SHA-256 {self.sha256[:8]}{synthetic})"


@dataclass(frozen=True, eq=False)
class Cohort:
    """Patients, one row each, in canonical columns.

    frame : index = the row in the reader's spreadsheet; columns in the order of the data dictionary.
        Numbers are float64 (missing = NaN), flags ``boolean``, categories ``category`` in clinical order.
    problems : the query list; columns row, column, value, problem, advice, severity
    limits : values given only as a limit ("<5"); columns row, field, sign ("<" or ">"), bound.
        Their cell in ``frame`` is missing.
    left_out : cells of numbers that say something which could not be used (unclear, impossible; the query list says
        why); columns row, field. Their cell in ``frame`` is missing.
    source : the file and how it was read
    selection : what was selected; ``n_total`` is the number of patients before any selection
    """

    frame: pd.DataFrame
    problems: pd.DataFrame
    limits: pd.DataFrame
    left_out: pd.DataFrame
    source: Source
    selection: Selection = field(default_factory=Selection)
    n_total: int = -1

    def __post_init__(self) -> None:
        """Take all patients as the total when none is given."""
        if self.n_total < 0:
            object.__setattr__(self, "n_total", len(self.frame))

    def __len__(self) -> int:
        """Count the patients."""
        return len(self.frame)

    def has(self, *names: str) -> bool:
        """Whether every one of these fields is here with at least one value."""
        return all((values := self._values(name)) is not None and values.notna().any() for name in names)

    @property
    def numbers_name_people(self) -> bool:
        """Whether the patients are called by what looks like names or hospital numbers, which must not leave."""
        return bool(self.problems["problem"].astype(str).str.startswith(NUMBERS_LOOK_LIKE).any())

    def column(self, name: str) -> pd.Series:
        """The values of one field, or the two parts of a cut ("age_years>=60").

        A value known only as a limit ("<2") has the part in which it must lie, and none where it may lie in either.

        Raises
        ------
        FieldMissing
            when no column of the file was matched to it, or it holds no value in this selection.
        """
        if self.has(name):
            return self._values(name)
        asked = f"This needs the field “{schema.field(name).label}”."
        if name in self.frame and self.selection:
            raise FieldMissing(asked, f"Among {self.selection} it holds no value.", "Widen the filters.")
        raise FieldMissing(
            asked, "This cohort has no value of it.", "Match a column to it on the page Load data."
        )

    def _values(self, name: str) -> pd.Series | None:
        if name in self.frame:
            return self.frame[name]
        cut = schema.cut(name)
        if cut is None or cut.field not in self.frame:
            return None
        numbers = self.frame[cut.field].astype(float)
        upper = (numbers >= cut.at).astype(int).where(numbers.notna(), -1)
        upper = upper.where(upper >= 0, self._known_side(cut, numbers))
        parts = pd.Categorical.from_codes(upper, categories=list(cut.categories), ordered=True)
        return pd.Series(parts, index=self.frame.index, name=name)

    def _known_side(self, cut: schema.Cut, numbers: pd.Series) -> pd.Series:
        """On which side of a cut values lie that are known only as a limit: "<2" lies below 2, ">50" above; else -1."""
        side = pd.Series(-1, index=numbers.index)
        for one in self.limits[self.limits["field"] == cut.field].itertuples():
            if one.row in side.index and one.sign == "<" and one.bound <= cut.at:
                side[one.row] = 0
            elif one.row in side.index and one.sign == ">" and one.bound >= cut.at:
                side[one.row] = 1
        return side

    def numbers(self, name: str) -> np.ndarray:
        """The values of a numeric field as floats, shape (n,); NaN throughout where the cohort lacks it."""
        if name not in self.frame:
            return np.full(len(self), np.nan)
        return self.frame[name].to_numpy(dtype=float)

    def left_out_of(self, name: str) -> np.ndarray:
        """Whose value of a numeric field the file gives, but was left out on loading, shape (n,)."""
        rows = self.left_out["row"][self.left_out["field"] == name]
        return self.frame.index.isin(rows) & np.isnan(self.numbers(name))

    def select(self, selection: Selection) -> Cohort:
        """The patients who meet every condition, as a smaller cohort that remembers the selection.

        A selection from a selection remembers both.

        Raises
        ------
        FieldMissing
            when a condition is on a field that this cohort does not have.
        """
        keep = np.ones(len(self.frame), dtype=bool)
        for name, condition in selection.conditions.items():
            keep &= _meets(self.column(name), condition)
        return replace(self, frame=self.frame[keep], selection=self.selection.and_then(selection))

    def require_patients(self) -> None:
        """Raise ``EmptySelection`` when nobody is left."""
        if not len(self):
            raise EmptySelection(
                f"The selection is: {self.selection}.",
                f"None of the {self.n_total} patients meets it.",
                "Take a filter away, or clear them all.",
            )


def read_cohort(
    data: bytes,
    filename: str,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    codings: Mapping[str, Mapping[str, str]] | None = None,
    study_numbers: bool = False,
    classes: Classes = CLASSES_OF_1993,
    left_out_rows: Sequence[int] = (),
) -> Cohort:
    """Read a spreadsheet into a cohort.

    Parameters
    ----------
    data : the file's bytes (text in any usual encoding, workbook, SPSS, Stata, SAS, Prism, Parquet; see
        ``intake.formats``)
    filename : its name; only the ending is used, and only as a hint
    sheet : which sheet of a workbook; by default the one that looks like patients
    mapping : column of the file -> field of the data dictionary (``None`` leaves the column out); columns
        that are not named here are matched by their names
    codings : field -> {value in the file -> category}, for codings that the file does not explain (sex 0/1);
        also {"unit": "g/dL"}, {"order": "day first"} and {"thousands or decimals": "points mark thousands"}, for a
        column of which the file does not tell them
    study_numbers : whether patients are called 1, 2, 3 ... in the order of the file in place of their own numbers
    classes : how the detached skin is divided into SJS, overlap and TEN
    left_out_rows : rows that are left out, by their numbers in the spreadsheet: a patient entered twice, say

    A column that tells who the patients are (names, telephone numbers, dates of birth) is left out unless
    ``mapping`` gives it a field.

    Raises
    ------
    CohortError
        when the bytes are no spreadsheet, hold no patient row, or no column can be recognised.
    """
    assembled = assemble(
        data,
        filename,
        sheet=sheet,
        mapping=mapping,
        codings=codings,
        study_numbers=study_numbers,
        classes=classes,
        left_out_rows=left_out_rows,
    )
    return cohort_from(assembled, codings)


def read_joined(
    files: Sequence[tuple[bytes, str]],
    pieces: Sequence[Piece],
    *,
    mapping: Mapping[str, str | None] | None = None,
    codings: Mapping[str, Mapping[str, str]] | None = None,
    study_numbers: bool = False,
    classes: Classes = CLASSES_OF_1993,
    left_out_rows: Sequence[int] = (),
) -> Cohort:
    """Read several tables of the same patients into one cohort.

    Parameters
    ----------
    files : the bytes and the name of each file
    pieces : the tables in the order in which they are joined, the patients first; a file may hold several
    mapping, codings, study_numbers, classes, left_out_rows : as for ``read_cohort``, of the columns of the joined table

    Raises
    ------
    CohortError
        when a file cannot be read, a table is not there, or they share no patient.
    """
    table = put_together(files, pieces)
    matches = match_columns(table, mapping)
    assembled = assemble_table(
        table,
        matches,
        codings,
        study_numbers=study_numbers,
        classes=classes,
        left_out_rows=left_out_rows,
    )
    return cohort_from(assembled, codings)


def cohort_from(assembled: Assembled, codings: Mapping[str, Mapping[str, str]] | None = None) -> Cohort:
    """The cohort that intake has put together; ``codings`` as the reader gave them to intake."""
    table = assembled.table
    return Cohort(
        frame=assembled.frame,
        problems=assembled.problems,
        limits=assembled.limits,
        left_out=assembled.left_out,
        source=Source(
            filename=table.filename,
            sha256=table.sha256,
            sheet=table.sheet,
            rows_read=len(assembled.frame),
            read_at=table.read_at,
            columns=assembled.matches,
            codings=tuple((name, tuple(coding.items())) for name, coding in (codings or {}).items()),
            assumptions=table.assumptions,
            synthetic=assembled.synthetic,
            study_numbers=assembled.study_numbers,
            classes=assembled.classes,
            left_out_rows=assembled.left_out_rows,
            pieces=table.pieces,
        ),
    )


def _names(values: str | Iterable[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)


def _condition(name: str, condition: Condition | str) -> Condition:
    known = schema.field(name)
    wants_range = known.is_number
    if condition == ():
        return ()
    if isinstance(condition, Between) != wants_range:
        raise CohortError(
            f"A filter on {known.label} was given.",
            "It is chosen by a range, not by names."
            if wants_range
            else "It is chosen by names, not by a range.",
            f"Write for example {name}={'18..60' if wants_range else 'a,b'}.",
        )
    return condition if isinstance(condition, Between) else _names(condition)


def _both(first: Condition | None, second: Condition) -> Condition:
    """The condition that holds where both do; of names that exclude each other, the second."""
    if isinstance(first, Between) and isinstance(second, Between):
        lows = [bound for bound in (first.low, second.low) if bound is not None]
        highs = [bound for bound in (first.high, second.high) if bound is not None]
        return Between(max(lows, default=None), min(highs, default=None))
    if first is None or isinstance(first, Between) or isinstance(second, Between):
        return second
    return tuple(name for name in second if name in first) or second


def _words(name: str, condition: Condition) -> str:
    known = schema.field(name)
    label = known.label if known.label.isupper() or known.label[1:2].isupper() else known.label.lower()
    if isinstance(condition, Between):
        return f"{label} {condition} {known.unit}".rstrip()
    return f"{label} {' or '.join(schema.category_label(name, category) for category in condition)}"


def _short(condition: Condition) -> str:
    if isinstance(condition, Between):
        return "..".join(
            "" if bound is None else repr(float(bound)).removesuffix(".0") for bound in condition
        )
    return ",".join(_RESERVED.sub(lambda mark: quote(mark[0], safe=""), category) for category in condition)


def _parse_part(part: str) -> tuple[str, Condition]:
    name, equals, value = part.partition("=")
    if not equals or not value:
        raise CohortError(
            f"A filter was given as “{part.strip()}”.",
            "It is not of the form field=value.",
            "Write for example diagnosis=TEN;age_years=18..60.",
        )
    name = name.strip()
    if schema.field(name).is_number:
        return name, _parse_range(name, value)
    return name, tuple(unquote(text.strip()) for text in value.split(","))


def _parse_range(name: str, value: str) -> Between:
    low, dots, high = value.partition("..")
    try:
        bounds = [_bound(bound) for bound in (low, high if dots else low)]
    except ValueError:
        raise CohortError(
            f"A range of {schema.field(name).label.lower()} was given as “{value}”.",
            "Its bounds are not numbers.",
            f"Write for example {name}=18..60, or {name}=18.. for no upper bound.",
        ) from None
    return Between(*bounds)


def _bound(text: str) -> float | None:
    if not text.strip():
        return None
    bound = float(text)
    if math.isnan(bound):
        raise ValueError(text)
    return bound


def _meets(values: pd.Series, condition: Condition) -> np.ndarray:
    if isinstance(condition, Between):
        low = -np.inf if condition.low is None else condition.low
        high = np.inf if condition.high is None else condition.high
        return values.between(low, high).fillna(False).to_numpy(dtype=bool)
    if isinstance(values.dtype, pd.BooleanDtype):
        return values.map({True: "yes", False: "no"}).isin(condition).to_numpy(dtype=bool)
    return values.isin(condition).to_numpy(dtype=bool)
