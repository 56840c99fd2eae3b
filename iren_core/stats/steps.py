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


def at_risk_on(time: np.ndarray, at_risk: np.ndarray, days: Any) -> np.ndarray:
    """Patients whose time is that day or later, for each of ``days``.

    Examples
    --------
    >>> at_risk_on(np.array([5.0, 9.0]), np.array([7, 3]), [0, 5, 6, 10])
    array([7, 7, 3, 0])
    """
    position = np.searchsorted(time, days, side="left")
    return np.concatenate((at_risk, [0]))[position]
