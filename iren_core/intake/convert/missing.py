"""Which words of a column were taken for no value."""

from __future__ import annotations

from collections import Counter

import numpy as np

from iren_core import schema
from iren_core.counted import counted, is_
from iren_core.intake.convert.categories import coded_text
from iren_core.intake.convert.column import Column, Findings, denies_healing, says_nothing
from iren_core.intake.table import Problem
from iren_core.intake.values import is_missing


def say_missing(column: Column, findings: Findings) -> None:
    """Count the cells whose words are taken for no value, or for no healing."""
    often = np.bincount(column.cells.codes, minlength=len(column.cells.values)).tolist()
    missing: Counter[str] = Counter()
    unhealed: Counter[str] = Counter()
    for cell, number in zip(column.cells.values, often, strict=True):
        if not isinstance(cell, str) or not cell or not number or cell[0].isdigit():
            continue  # no such word begins with a digit, and there may be a hundred thousand numbers
        if denies_healing(column.field, cell):
            unhealed[cell] += number
        elif _is_gap(column.field, cell):
            missing[cell] += number
    for words, meaning, advice in (
        (missing, "taken as missing", "Leave a cell empty where nothing is known."),
        (unhealed, "taken as “not healed”, without a day", "See whether the last follow-up is given."),
    ):
        for word, number in words.most_common():
            said = f"{counted(number, 'cell')} with “{word}” {is_(number)} {meaning}."
            findings.problems.append(Problem(column.header_row, column.name, word, said, advice, "note"))


def _is_gap(known: schema.Field, cell: str) -> bool:
    if known.kind == "text":
        return known.name != "patient_id" and is_missing(cell)
    return says_nothing(cell) if known.is_number or known.kind == "date" else coded_text(cell, known) is None
