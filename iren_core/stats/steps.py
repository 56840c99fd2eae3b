"""Reading step curves on days other than those on which they step."""

from __future__ import annotations

from typing import Any

import numpy as np


def value_on(time: np.ndarray, values: np.ndarray, days: Any, *, before: float) -> np.ndarray:
    """The value after each of ``days`` of a curve that takes ``values`` on the ascending days ``time``.

    Examples
    --------
    >>> value_on(np.array([5.0, 9.0]), np.array([0.8, 0.4]), [4, 5, 20], before=1.0)
    array([1. , 0.8, 0.4])
    """
    position = np.searchsorted(time, days, side="right")
    return np.concatenate(([before], values))[position]


def at_risk_on(time: np.ndarray, leaving: np.ndarray, days: Any, entered: np.ndarray) -> np.ndarray:
    """Patients whose time is that day or later and who had entered before it, for each of ``days``.

    Parameters
    ----------
    leaving : patients whose time is each of the ascending days ``time``
    entered : days of late entry, ascending

    Examples
    --------
    >>> at_risk_on(np.array([5.0, 9.0]), np.array([4, 3]), [0, 5, 6, 10], np.array([]))
    array([7, 7, 3, 0])
    >>> at_risk_on(np.array([5.0, 9.0]), np.array([4, 3]), [0, 3, 6, 10], np.array([2.0, 5.0]))
    array([5, 6, 3, 0])
    """
    staying = np.concatenate((leaving[::-1].cumsum()[::-1], [0]))
    not_yet_in = entered.size - np.searchsorted(entered, days, side="left")
    return staying[np.searchsorted(time, days, side="left")] - not_yet_in
