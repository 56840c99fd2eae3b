"""The day of death where only the outcome tells it: "Died d22"."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import numpy as np
import pandas as pd

from iren_core.intake.convert.column import Column, Findings
from iren_core.intake.outcomes import day_told
from iren_core.intake.table import Problem
from iren_core.intake.values import as_text, plain


def take_day_of_death(converted: MutableMapping[str, Any], column: Column, findings: Findings) -> None:
    """Take the day of death from the outcome's words, of patients who died and of whom no column says a day.

    converted : the fields of the file; the day of death may change
    """
    texts = [as_text(cell) for cell in column.cells.values]
    told = column.cells.spread([day_told(plain(text)) for text in texts], float)
    own = converted.get("death_day", np.full(len(told), np.nan))
    unknown = pd.isna(own) & pd.isna(converted.get("date_death", np.full(len(told), np.nan)))
    spoken = {each.row for each in findings.left_out if each.field == "death_day"}
    spoken |= {each.row for each in findings.limits if each.field == "death_day"}
    unknown &= ~np.isin(column.rows, list(spoken))
    taken = (np.asarray(converted["outcome"], dtype=object) == "died") & ~np.isnan(told) & unknown
    if not taken.any():
        return
    converted["death_day"] = np.where(taken, told, np.asarray(own, dtype=float))
    for place in np.flatnonzero(taken).tolist():
        problem = f"Day {told[place]:g} was taken as the day of death, which only the outcome tells."
        advice = "See that it is counted from the first steroid dose."
        text = texts[column.cells.codes[place]]
        findings.problems.append(
            Problem(int(column.rows[place]), column.name, text, problem, advice, "warning")
        )
