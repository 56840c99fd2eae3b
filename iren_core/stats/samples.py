"""The doorway for data: columns become plain arrays here, once; behind it nothing checks again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from iren_core.errors import NotEstimable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Groups(NamedTuple):
    """Values split by group: labels in clinical order, one array per label, and the rows left out."""

    labels: tuple[str, ...]
    samples: tuple[Floats, ...]
    n_missing: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of values in each group."""
        return tuple(len(sample) for sample in self.samples)


def numbers(values: Iterable[object], name: str) -> Floats:
    """Read a column of numbers; a missing value of any kind becomes NaN.

    Parameters
    ----------
    values : list, array or pandas column; ``None``, ``NaN`` and ``pd.NA`` are missing
    name : what the column holds, for the sentence of the error

    Raises
    ------
    NotEstimable
        when a value is not a number, or is infinite.
    """
    if isinstance(values, np.ndarray) and values.dtype == np.float64 and np.isfinite(values).all():
        return values
    column = pd.Series(values if isinstance(values, pd.Series | np.ndarray) else list(values))
    floats: Floats = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    unread = column[np.isnan(floats) & column.notna().to_numpy()]
    if len(unread):
        raise NotEstimable(
            f"The {name} must be numbers.",
            f"Found {str(unread.iloc[0])!r}.",
            "Correct that entry, or leave it empty.",
        )
    if np.isinf(floats).any():
        raise NotEstimable(
            f"The {name} must be finite numbers.",
            "One of them is infinite.",
            "Correct that entry, or leave it empty.",
        )
    return floats


def paired_numbers(
    first: Iterable[object], second: Iterable[object], first_name: str, second_name: str
) -> tuple[Floats, Floats]:
    """Read two columns that belong row to row.

    Raises
    ------
    NotEstimable
        when the columns differ in length, or as ``numbers`` does.
    """
    one, other = numbers(first, first_name), numbers(second, second_name)
    if len(one) != len(other):
        raise NotEstimable(
            f"The {first_name} and the {second_name} must come in pairs, one row a patient.",
            f"There are {len(one)} of the one and {len(other)} of the other.",
            "Give both columns from the same table.",
        )
    return one, other


def ordered_labels(groups: Sequence[object] | pd.Series) -> tuple[object, ...]:
    """Groups that occur, in the order of the categories where there is one, else sorted."""
    column = pd.Series(groups)
    if isinstance(column.dtype, pd.CategoricalDtype):
        return tuple(column.cat.remove_unused_categories().cat.categories)
    present = column.dropna().unique()
    try:
        return tuple(sorted(present))
    except TypeError:
        return tuple(sorted(present, key=str))


def grouped(values: Iterable[object], groups: Sequence[object] | pd.Series, name: str = "values") -> Groups:
    """Split ``values`` by ``groups``; rows lacking either are counted in ``n_missing``.

    A group in which every value is missing keeps its place with no values.

    Raises
    ------
    NotEstimable
        when the columns differ in length, or as ``numbers`` does.
    """
    floats = numbers(values, name)
    column = pd.Series(groups).reset_index(drop=True)
    if len(column) != len(floats):
        raise NotEstimable(
            f"Each of the {name} needs its group.",
            f"There are {len(floats)} values and {len(column)} groups.",
            "Give both columns from the same table.",
        )
    known = ~np.isnan(floats)
    labels = ordered_labels(column)
    samples = tuple(
        floats[known & (column == label).to_numpy(dtype=bool, na_value=False)] for label in labels
    )
    return Groups(tuple(map(str, labels)), samples, len(floats) - sum(map(len, samples)))
