"""Turn the matched columns into canonical types: one unit, one coding, real dates, honest gaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from iren_core import schema
from iren_core.intake.convert.blocks import begins_of_blocks, filled_down
from iren_core.intake.convert.categories import (
    by_category,
    categorical,
    categories_of,
    settle_alive,
    texts_of,
)
from iren_core.intake.convert.column import (
    FILL,
    LAST_DAYS,
    LEFT_OUT_COLUMNS,
    LIMIT_COLUMNS,
    MARKS,
    ORDER,
    UNIT,
    WHOLE_COLUMN,
    Codings,
    Column,
    Findings,
    Question,
    columns_in_use,
    note_left_out,
)
from iren_core.intake.convert.column_marks import decimal_marks
from iren_core.intake.convert.dates import dates_of
from iren_core.intake.convert.day_of_death import take_day_of_death
from iren_core.intake.convert.day_zero import days_since, holds_dates
from iren_core.intake.convert.ditto import repeated_down
from iren_core.intake.convert.limits import impossible
from iren_core.intake.convert.missing import say_missing
from iren_core.intake.convert.numbers import numbers_of
from iren_core.intake.convert.unhealed_days import settle_unhealed
from iren_core.intake.match import ColumnMatch
from iren_core.intake.table import RawTable

__all__ = [
    "FILL",
    "LAST_DAYS",
    "LEFT_OUT_COLUMNS",
    "LIMIT_COLUMNS",
    "MARKS",
    "ORDER",
    "UNIT",
    "WHOLE_COLUMN",
    "Codings",
    "Question",
    "begins_of_blocks",
    "categorical",
    "convert",
    "impossible",
]


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
        numbers {"unit": the unit it is in}, of dates {"order": "day first" or "month first"}, of categories that are
        written once for several patients {"empty cells": "as the one above" or "stay empty"}
    progress : called with the column being cleaned and which share of them lies behind

    Raises
    ------
    CohortError
        when the codings name a field or a category that does not exist.
    """
    codings = by_category(codings or {})
    findings = Findings()
    columns = {
        name: filled_down(repeated_down(column, findings), codings.get(name, {}), findings)
        for name, column in columns_in_use(table, matches).items()
    }
    decimals = decimal_marks(columns.values(), table.separator, codings, findings)
    converted: dict[str, Any] = {}
    dated: list[Column] = []
    for done, (name, column) in enumerate(columns.items()):
        say_missing(column, findings)
        progress(f"cleaning column {done + 1} of {len(columns)}, {column.field.label}", done / len(columns))
        if column.field.is_number and holds_dates(column):
            converted[name] = dates_of(column, findings, codings.get(name, {}))
            dated.append(column)
        elif column.field.is_number:
            converted[name] = numbers_of(column, findings, decimals[name], codings.get(name, {}))
            note_left_out(column, converted[name], findings)
        elif column.field.kind == "date":
            converted[name] = dates_of(column, findings, codings.get(name, {}))
        elif column.field.kind == "text":
            labels = table.labels.get(column.name, {})
            converted[name] = texts_of(column, labels, codings.get(name, {}), findings)
        else:
            legend = {**column.header.legend, **table.labels.get(column.name, {})}
            converted[name] = categories_of(column, legend, codings.get(name, {}), findings)
    for column in dated:
        days = days_since(column, converted[column.field.name], converted, findings)
        note_left_out(column, days, findings)
        converted[column.field.name] = days
    if "outcome" in converted:
        take_day_of_death(converted, columns["outcome"], findings)
    settle_unhealed(converted, columns, codings, findings)
    converted = {name: converted[name] for name in schema.fields() if name in converted}
    if "outcome" in converted:
        converted["outcome"] = settle_alive(converted, findings)
    frame = pd.DataFrame(converted, index=pd.Index(table.rows, name="row"))
    return frame, findings
