"""How much a result hangs on single patients."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from iren_core.errors import NotEstimable


class _Result(Protocol):
    @property
    def p_value(self) -> float: ...

    @property
    def estimate(self) -> float: ...


@dataclass(frozen=True)
class LeaveOneOut:
    """The range of a result when each patient in turn is left out.

    p_lowest, p_highest : range of the p-value
    estimate_lowest, estimate_highest : range of the estimate
    row : position (from 0) of the patient whose absence changes p most, as a ratio
    p_without, estimate_without : the result without that patient
    n_refused : patients without whom the result cannot be computed
    """

    p_lowest: float
    p_highest: float
    estimate_lowest: float
    estimate_highest: float
    row: int
    p_without: float
    estimate_without: float
    n_refused: int


def leave_one_out(compute: Callable[..., _Result], *columns: Iterable[object]) -> LeaveOneOut:
    """Repeat an analysis once for each patient, that patient left out.

    Parameters
    ----------
    compute : takes the columns, returns a result with ``p_value`` and ``estimate``
    columns : one entry per patient; a pandas column keeps its categories

    Raises
    ------
    NotEstimable
        as ``compute`` does for all patients, or when it fails without any patient.

    Examples
    --------
    >>> from iren_core.stats.groups import compare_groups
    >>> compute = lambda values, groups: compare_groups(values, groups, test="mann-whitney")
    >>> result = leave_one_out(compute, [1, 2, 3, 9, 5, 6, 7, 8], list("aaaabbbb"))
    >>> result.row, round(result.p_without, 4), round(result.p_highest, 4)
    (3, 0.0571, 0.6286)
    """
    data = [column if isinstance(column, pd.Series) else pd.Series(list(column)) for column in columns]
    whole = compute(*data)
    found: dict[int, _Result] = {}
    for row in range(len(data[0])):
        try:
            found[row] = compute(*(column[np.arange(len(column)) != row] for column in data))
        except NotEstimable:
            continue
    if not found:
        raise NotEstimable(
            "The analysis was repeated without each patient in turn.",
            "Without any one of them it cannot be done.",
            "More patients are needed.",
        )

    def change(row: int) -> float:
        pair = found[row].p_value, whole.p_value
        return abs(math.log(pair[0] / pair[1])) if min(pair) > 0 else math.inf * (pair[0] != pair[1])

    row = max(found, key=lambda one: -1.0 if math.isnan(change(one)) else change(one))
    p_values = [one.p_value for one in found.values()]
    estimates = [one.estimate for one in found.values()]
    return LeaveOneOut(
        min(p_values),
        max(p_values),
        min(estimates),
        max(estimates),
        row,
        found[row].p_value,
        found[row].estimate,
        len(data[0]) - len(found),
    )
