"""A column that holds age and sex in one cell, "63/F", as tables of cases do, perhaps behind the patient's number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from iren_core.intake.match import field_called
from iren_core.intake.table import Problem, RawTable, problem_frame
from iren_core.intake.values import as_text, is_missing, says_as_above

_BETWEEN = re.compile(r"\s*(?:[/／|&,，、+()（）\[\]及和与]|\band\b)\s*")
#: Between two names that are written without anything between them: "性别年龄", "Age Sex".
_SIDE_BY_SIDE = re.compile(
    r"(?<=性别)(?=年龄)|(?<=年龄)(?=性别)|(?<=\bage) (?=sex\b|gender\b)|(?<=\bsex) (?=age\b)", re.IGNORECASE
)
_AGE = r"\d{1,3}(?:\.\d+)?\s*(?:(?:-\s*)?y(?:ears?|rs?|\.?o\.?)?(?:[ -]old)?|岁)?"
_SEX = r"(?:female|male|woman|man|weiblich|männlich|f|m|w|女性?|男性?)"
_MARKS = r"\s*[/／|,，、(（-]?\s*"
_AGE_THEN_SEX = rf"(?P<age>{_AGE}){_MARKS}(?P<sex>{_SEX})\s*[)）]?"
_SEX_THEN_AGE = rf"(?P<sex>{_SEX}){_MARKS}(?P<age>{_AGE})\s*[)）]?"
_BOTH = [re.compile(pattern, re.IGNORECASE) for pattern in (_AGE_THEN_SEX, _SEX_THEN_AGE)]
#: The same behind a patient's number: "P1 (63/F)", "Case 1, 63-year-old woman".
_BEHIND_NUMBER = [
    re.compile(rf"(?P<who>[^,，;；:/／(（]+?)\s*(?:[,，;；:/／(（]|\s)\s*{pattern}", re.IGNORECASE)
    for pattern in (_AGE_THEN_SEX, _SEX_THEN_AGE)
]
_SEX_ALONE = re.compile(_SEX, re.IGNORECASE)
_AGE_ALONE = re.compile(_AGE, re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
#: So many of the cells must hold both, and so many at least one.
_LEAST_BOTH, _LEAST_READ = 0.5, 0.8
#: A longer text tells more than who the patient is.
_LONGEST = 60


class _Parts(NamedTuple):
    """What a cell says of a patient."""

    who: Any
    age: Any
    sex: Any

    @property
    def both(self) -> bool:
        """Whether it tells the age and the sex."""
        return self.age is not None and self.sex is not None

    @property
    def half(self) -> str:
        """Which of the two it tells alone: "age", "sex" or ""."""
        if self.age is None:
            return "sex" if self.sex is not None else ""
        return "age" if self.sex is None and _AGE_ALONE.fullmatch(as_text(self.age)) else ""


def apart(table: RawTable) -> RawTable:
    """The table with a column for the age and one for the sex in place of one that holds both.

    A cell that holds one of the two is queried; one that holds neither goes to the age as it stands, where the query
    list names it.
    """
    both = [place for place, name in enumerate(table.columns) if _names_both(name)]
    parted = {place: parts for place in both if (parts := _parts(table, place))}
    if not parted:
        return table
    columns: list[str] = []
    cells: list[list[Any]] = []
    sources: list[int] = []
    said = list(table.assumptions)
    problems: list[Problem] = []
    for place, name in enumerate(table.columns):
        parts = parted.get(place)
        if parts is None:
            columns.append(name)
            cells.append(table.cells[place].tolist())
            sources.append(place)
            continue
        numbered = any(each.who is not None for each in parts)
        for label, at in [*[("Patient", 0)] * numbered, ("Age", 1), ("Sex", 2)]:
            columns.append(f"{label} [{name}]")
            cells.append([each[at] for each in parts])
            sources.append(place)
        row, first = next(
            (row, each) for row, each in zip(table.rows.tolist(), parts, strict=True) if each.both
        )
        what = "patient number, age and sex" if numbered else "age and sex"
        said.append(f"“{name}” was read as {what}; row {row}: {first.age} and {first.sex}.")
        problems += _halves(table, place, parts)
    return replace(
        table,
        columns=tuple(columns),
        cells=pd.DataFrame(dict(enumerate(cells)), dtype=object),
        positions=tuple(table.positions[place] for place in sources) if table.positions else (),
        assumptions=tuple(said),
        problems=pd.concat([table.problems, problem_frame(problems)], ignore_index=True)
        if problems
        else table.problems,
    )


def _names_both(name: str) -> bool:
    """Whether a header names age and sex and nothing else but perhaps the patient's number before them."""
    parts = [part for part in _BETWEEN.split(_SIDE_BY_SIDE.sub("/", name.strip())) if part]
    if not 2 <= len(parts) <= 3:
        return False
    fields = [field_called(part) for part in parts]
    return {*fields[-2:]} == {"age_years", "sex"} and fields[:-2] in ([], ["patient_id"])


def _parts(table: RawTable, place: int) -> list[_Parts] | None:
    """What each cell tells; ``None`` where too few tell age and sex."""
    numbered = len(_BETWEEN.split(_SIDE_BY_SIDE.sub("/", table.columns[place].strip(" )）]")))) > 2
    parts = [_of_cell(cell, numbered=numbered) for cell in table.cells[place].tolist()]
    filled = sum(not is_missing(cell) for cell in table.cells[place].tolist())
    both = sum(each.both for each in parts)
    read = both + sum(each.half != "" for each in parts)
    return parts if both and both >= _LEAST_BOTH * filled and read >= _LEAST_READ * filled else None


def _of_cell(cell: Any, *, numbered: bool) -> _Parts:
    text = as_text(cell)
    if says_as_above(cell):
        return _Parts(cell if numbered else None, cell, cell)
    if len(text) > _LONGEST:
        return _Parts(None, cell, None)
    patterns = [*_BOTH, *(_BEHIND_NUMBER if numbered else ())]
    found = next(filter(None, (pattern.fullmatch(text) for pattern in patterns)), None)
    if found and (age := _NUMBER.match(found["age"])):
        return _Parts(found.groupdict().get("who"), age[0], found["sex"])
    if _SEX_ALONE.fullmatch(text):
        return _Parts(None, None, text)
    return _Parts(None, cell, None)


def _halves(table: RawTable, place: int, parts: list[_Parts]) -> Iterator[Problem]:
    """The cells that tell the age or the sex alone, or that one above which does holds for them too."""
    name = table.columns[place]
    each = _Parts(None, None, None)
    for row, own in zip(table.rows.tolist(), parts, strict=True):
        each = each if says_as_above(own.age) else own
        if not each.half:
            continue
        lacks = "sex" if each.half == "age" else "age"
        said = f"The cell gives the {each.half} and not the {lacks}; the {lacks} is missing."
        value = each.age if each.half == "age" else each.sex
        advice = "Write both, as the other rows do (63/F)."
        yield Problem(row, f"{lacks.capitalize()} [{name}]", as_text(value), said, advice, "warning")
