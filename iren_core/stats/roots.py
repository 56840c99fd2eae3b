"""Where a monotone function crosses zero."""

from __future__ import annotations

from collections.abc import Callable


def crossing(rising: Callable[[float], float], low: float, high: float) -> float:
    """The point between ``low`` and ``high`` where a rising function crosses zero, to the last digit, by bisection.

    Examples
    --------
    >>> crossing(lambda x: x * x - 2, 0, 2)
    1.414213562373095
    """
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)


def crossing_outward(rising: Callable[[float], float], step: float = 1.0) -> float:
    """As ``crossing``, with limits that are first doubled outward from 0 until they hold the point.

    Examples
    --------
    >>> round(crossing_outward(lambda x: x - 100), 10)
    100.0
    """
    low, high = -step, step
    while rising(low) > 0:
        low *= 2
    while rising(high) < 0:
        high *= 2
    return crossing(rising, low, high)
