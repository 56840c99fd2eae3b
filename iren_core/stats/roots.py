"""Where a monotone function crosses zero."""

from __future__ import annotations

from collections.abc import Callable

_Point = tuple[float, float]


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


def smooth_crossing(rising: Callable[[float], float], low: float, high: float) -> float:
    """As ``crossing``, in about ten steps instead of fifty, for a smooth function that is costly to compute.

    Inverse quadratic interpolation where three points allow it, bisection elsewhere.

    References
    ----------
    1. Chandrupatla TR. A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function without
       using derivatives. Adv Eng Softw 1997;28:145-149.

    Examples
    --------
    >>> round(smooth_crossing(lambda x: x * x - 2, 0, 2), 12)
    1.414213562373
    """
    newest, opposite, before = (high, rising(high)), (low, rising(low)), (low, 0.0)
    share = 0.5
    while True:
        at = newest[0] + share * (opposite[0] - newest[0])
        point = (at, rising(at))
        if (point[1] > 0) == (newest[1] > 0):
            before = newest
        else:
            before, opposite = opposite, newest
        newest = point
        best = min(newest, opposite, key=lambda one: abs(one[1]))
        width = abs(opposite[0] - newest[0])
        closest = 4e-16 * abs(best[0]) + 1e-300
        if best[1] == 0 or width <= 2 * closest:
            return best[0]
        share = min(max(_interpolated(newest, opposite, before), closest / width), 1 - closest / width)


def _interpolated(newest: _Point, opposite: _Point, before: _Point) -> float:
    """Where between ``newest`` (0) and ``opposite`` (1) the next point lies; 0.5 where a parabola cannot be trusted."""
    (a, at_a), (b, at_b), (c, at_c) = newest, opposite, before
    xi, phi = (a - b) / (c - b), (at_a - at_b) / (at_c - at_b)
    if not (phi * phi < xi and (1 - phi) ** 2 < 1 - xi):
        return 0.5
    return at_a / (at_b - at_a) * at_c / (at_b - at_c) + (c - a) / (b - a) * at_a / (at_c - at_a) * at_b / (
        at_c - at_b
    )


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
