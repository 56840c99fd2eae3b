"""A column that holds age and sex in one cell, "63/F", as tables of cases do."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd

from iren_core.intake.match import field_called
from iren_core.intake.table import RawTable

_BETWEEN = re.compile(r"\s*(?:[/／|&,，、+]|\band\b)\s*")
_AGE = r"\d{1,3}(?:\.\d+)?\s*(?:-?\s*y(?:ears?|rs?|\.?o\.?)?(?:[ -]old)?|岁)?"
_SEX = r"(?:female|male|woman|man|f|m|w|女性?|男性?)"
_MARKS = r"\s*[/／|,，、(（-]?\s*"
_AGE_AND_SEX = re.compile(rf"(?P<age>{_AGE}){_MARKS}(?P<sex>{_SEX})\s*[)）]?", re.IGNORECASE)
_SEX_AND_AGE = re.compile(rf"(?P<sex>{_SEX}){_MARKS}(?P<age>{_AGE})\s*[)）]?", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
#: So many of the cells must hold both.
_LEAST_READ = 0.8


def apart(table: RawTable) -> RawTable:
    """The table with a column for the age and one for the sex in place of one that holds both.

    A cell that does not hold both goes to the age as it stands, where the query list names it.
    """
    both = [place for place, name in enumerate(table.columns) if _names_both(name)]
    parted = {place: pairs for place in both if (pairs := _pairs(table, place))}
    if not parted:
        return table
    columns: list[str] = []
    cells: list[list[Any]] = []
    sources: list[int] = []
    said = list(table.assumptions)
    for place, name in enumerate(table.columns):
        pairs = parted.get(place)
        if pairs is None:
            columns.append(name)
            cells.append(table.cells[place].tolist())
            sources.append(place)
            continue
        columns += [f"Age [{name}]", f"Sex [{name}]"]
        cells += [[age for age, _ in pairs], [sex for _, sex in pairs]]
        sources += [place, place]
        row, first = next(
            (row, pair) for row, pair in zip(table.rows.tolist(), pairs, strict=True) if pair[1]
        )
        said.append(f"“{name}” was read as age and sex; row {row}: {first[0]} and {first[1]}.")
    return replace(
        table,
        columns=tuple(columns),
        cells=pd.DataFrame(dict(enumerate(cells)), dtype=object),
        positions=tuple(table.positions[place] for place in sources) if table.positions else (),
        assumptions=tuple(said),
    )


def _names_both(name: str) -> bool:
    parts = _BETWEEN.split(name.strip())
    return len(parts) == 2 and {field_called(part) for part in parts} == {"age_years", "sex"}


def _pairs(table: RawTable, place: int) -> list[tuple[Any, Any]] | None:
    """Age and sex of each cell; ``None`` where too few hold both."""
    pairs: list[tuple[Any, Any]] = []
    for cell in table.cells[place].tolist():
        text = cell.strip() if isinstance(cell, str) else ""
        found = _AGE_AND_SEX.fullmatch(text) or _SEX_AND_AGE.fullmatch(text)
        age = _NUMBER.match(found["age"]) if found else None
        pairs.append((age[0], found["sex"]) if found and age else (cell, None))
    filled = sum(age is not None for age, _ in pairs)
    both = sum(sex is not None for _, sex in pairs)
    return pairs if both and both >= _LEAST_READ * filled else None
