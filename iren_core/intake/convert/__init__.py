"""Turn the matched columns into canonical types: one unit, one coding, real dates, honest gaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from iren_core.intake.convert.categories import (
    by_category,
    categorical,
    categories_of,
    settle_alive,
    texts_of,
)
from iren_core.intake.convert.column import (
    LIMIT_COLUMNS,
    ORDER,
    UNIT,
    Codings,
    Findings,
    Question,
    columns_in_use,
    is_number,
)
from iren_core.intake.convert.dates import dates_of
from iren_core.intake.convert.limits import impossible
from iren_core.intake.convert.missing import say_missing
from iren_core.intake.convert.numbers import decimal_marks, numbers_of
from iren_core.intake.match import ColumnMatch
from iren_core.intake.table import RawTable

__all__ = ["LIMIT_COLUMNS", "ORDER", "UNIT", "Codings", "Question", "categorical", "convert", "impossible"]


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
    codings = by_category(codings or {})
    findings = Findings()
    columns = columns_in_use(table, matches)
    decimals = decimal_marks(columns.values(), table.separator, findings)
    converted: dict[str, Any] = {}
    for done, (name, column) in enumerate(columns.items()):
        say_missing(column, findings)
        progress(f"cleaning column {done + 1} of {len(columns)}, {column.field.label}", done / len(columns))
        if is_number(column.field):
            converted[name] = numbers_of(column, findings, decimals[name], codings.get(name, {}))
        elif column.field.kind == "date":
            converted[name] = dates_of(column, findings, codings.get(name, {}))
        elif column.field.kind == "text":
            converted[name] = texts_of(column, table.labels.get(column.name, {}))
        else:
            legend = {**column.header.legend, **table.labels.get(column.name, {})}
            converted[name] = categories_of(column, legend, codings.get(name, {}), findings)
    if "outcome" in converted:
        converted["outcome"] = settle_alive(converted, findings)
    frame = pd.DataFrame(converted, index=pd.Index(table.rows, name="row"))
    return frame, findings
