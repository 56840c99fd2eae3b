"""Queries of one column for one reason as one line, for a screen; files keep each of them."""

from __future__ import annotations

import re

import pandas as pd

from iren_core.errors import first_few

#: Fewer queries that are alike stay lines of their own.
FEWEST_ALIKE = 3
#: So many rows and values are written out: what three lines of a narrow cell hold.
_MOST_ROWS, _MOST_VALUES = 6, 3
#: What differs between queries of the same reason: numbers, dates, quoted values.
_PARTICULAR = re.compile(r"“[^”]*”|[<>]?\d[\d.,:-]*")


def alike(problems: pd.DataFrame) -> pd.DataFrame:
    """The query list with those that are alike in one line, in the order in which each reason first occurs.

    Parameters
    ----------
    problems : columns row, column, value, problem, advice, severity

    Returns
    -------
    the same columns and ``also``, the further rows of the line in words; ``row`` is the first row, ``value`` shows the
    first different ones, ``problem`` that of the first row and how many more there are
    """
    reasons = problems["problem"].str.replace(_PARTICULAR, "#", regex=True)
    keys = [problems["column"], problems["severity"], reasons, problems["advice"]]
    many = problems.groupby(keys)["row"].transform("size") >= FEWEST_ALIKE
    lines = [_line(same) for _, same in problems[many].groupby([key[many] for key in keys], sort=False)]
    found = pd.concat(
        [problems[~many].assign(also=""), pd.DataFrame(lines, columns=[*problems.columns, "also"])]
    )
    return found.sort_values("row", kind="stable", ignore_index=True)


def _line(same: pd.DataFrame) -> dict[str, object]:
    first = same.iloc[0].to_dict()
    values = [value for value in same["value"].unique() if value]
    differ = same["problem"].nunique() > 1
    return {
        **first,
        "also": first_few(list(same["row"])[1:], _MOST_ROWS),
        "value": first_few(values, _MOST_VALUES),
        "problem": f"{first['problem']} And {len(same) - 1} more like it." if differ else first["problem"],
    }
