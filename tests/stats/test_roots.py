"""Where a rising function crosses zero; expected values are closed forms."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from iren_core.stats.roots import crossing, smooth_crossing


@pytest.mark.parametrize(
    "rising, low, high, expected",
    [
        (lambda x: x * x - 2, 0, 2, math.sqrt(2)),
        (lambda x: math.exp(x) - 100, 0, 64, math.log(100)),
        (lambda x: x**9 - 1e-3, 0, 2, 10 ** (-1 / 3)),
        (lambda x: math.log(x + 1e-3) + 3, 0, 1, math.exp(-3) - 1e-3),
        (lambda x: min(x * x, 50) - 4, 0, 512, 2),
    ],
)
def test_crossing_is_found_in_few_steps(
    rising: Callable[[float], float], low: float, high: float, expected: float
) -> None:
    asked: list[float] = []

    def counted(x: float) -> float:
        asked.append(x)
        return rising(x)

    assert smooth_crossing(counted, low, high) == pytest.approx(expected, rel=1e-14)
    assert len(asked) <= 20
    assert crossing(rising, low, high) == pytest.approx(expected, rel=1e-14)
