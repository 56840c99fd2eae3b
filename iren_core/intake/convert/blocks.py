"""Columns whose category is written once, in the first row of each block of patients: asked, never filled silently."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from iren_core.errors import CohortError
from iren_core.intake.convert.column import FILL, Column, Findings, Question
from iren_core.intake.table import Distinct, Problem
from iren_core.intake.values import as_text

#: What a reader may say of the empty cells.
AS_ABOVE, STAY_EMPTY = "as the one above", "stay empty"
#: The fields by which a table may be sorted into blocks, and how few and how many of these it has.
_SORTED_BY = frozenset({"arm", "diagnosis"})
_FEWEST_PATIENTS, _MOST_BLOCKS = 4, 12


def filled_down(column: Column, answers: Mapping[str, str], findings: Findings) -> Column:
    """The column with its empty cells as the one above where a reader has said so; asked where nobody has.

    Raises
    ------
    CohortError
        when the reader's answer is none of the choices.
    """
    begins = begins_of_blocks(column.cells) if column.field.name in _SORTED_BY else []
    if not begins:
        return column
    answer = answers.get(FILL)
    if answer is None:
        _ask(column, begins, findings)
    elif answer == AS_ABOVE:
        empty = len(column.rows) - len(begins)
        findings.assumptions.append(
            f"In “{column.name}” {empty} empty cells were read as the one above, as you said; it is written in "
            f"{_written_in(column, begins)}."
        )
        blocks = np.searchsorted(begins, np.arange(len(column.rows)), side="right") - 1
        return column._replace(cells=Distinct(column.cells.values, column.cells.codes[begins][blocks]))
    elif answer != STAY_EMPTY:
        raise CohortError(
            f"The empty cells of {column.field.label} were given the meaning “{answer}”.",
            "That is no answer that is known.",
            f"Take one of: {AS_ABOVE}, {STAY_EMPTY}.",
        )
    return column


def begins_of_blocks(cells: Distinct) -> list[int]:
    """The places of the cells that hold something, where these may begin blocks; empty for any other column.

    The first patient has one, few have, and no two of one block follow each other.
    """
    held = np.array([cell is not None and cell != "" for cell in cells.values], dtype=bool)[cells.codes]
    begins = np.flatnonzero(held)
    few = 0 < len(begins) <= min(_MOST_BLOCKS, len(held) / 2)
    if len(held) < _FEWEST_PATIENTS or not few or begins[0] != 0:
        return []
    same = any(cells.codes[one] == cells.codes[other] for one, other in pairwise(begins))
    return [] if same else begins.tolist()


def _written_in(column: Column, begins: list[int]) -> str:
    shown = [f"{column.rows[at]} ({as_text(column.cells.values[column.cells.codes[at]])})" for at in begins]
    return f"row {shown[0]}" if len(shown) == 1 else f"rows {', '.join(shown[:-1])} and {shown[-1]}"


def _ask(column: Column, begins: list[int], findings: Findings) -> None:
    """Ask whether what is written once holds for the patients below."""
    label = column.field.label.lower()
    empty = len(column.rows) - len(begins)
    where = _written_in(column, begins)
    sentence = (
        f"Written in {where} only, perhaps once for each block of patients. Do the empty cells below say the same? "
        f"{empty} patients have no {label} until this is answered."
    )
    findings.questions.append(
        Question(column.field.name, column.name, (FILL,), (AS_ABOVE, STAY_EMPTY), sentence)
    )
    problem = f"The {label} is written in {where} only; the {empty} patients below have none."
    advice = "Say on the page Load data whether it holds for those below, or write it into every row."
    findings.problems.append(Problem(column.header_row, column.name, "", problem, advice))
