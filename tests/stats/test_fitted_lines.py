"""Lines through points against R's ``predict(lm(...), interval = "confidence")`` and ``isoreg``."""

from __future__ import annotations

import numpy as np
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats.fitted_lines import monotone_line, straight_line

X = [18, 20.5, 21, 22.3, 24.1, 25, 27.4, 28.4]
Y = [31, 24, 28, 21, 23, 14, 17, 13]


def test_straight_line_and_its_interval_are_those_of_r():
    line = straight_line(X, Y, corners=3)
    # R: predict(lm(y ~ x), data.frame(x = c(18, 23.2, 28.4)), interval = "confidence")
    assert line.fit == pytest.approx([30.1210354708033, 21.6003077053368, 13.0795799398704], abs=1e-9)
    assert line.low == pytest.approx([25.30222592331893, 19.04901799060895, 8.43823209142597], abs=1e-9)
    assert line.high == pytest.approx([34.9398450182876, 24.1515974200647, 17.7209277883149], abs=1e-9)


def test_falling_line_is_that_of_r():
    # R: -isoreg(x, -y)$yf
    assert monotone_line(X, Y, rising=False).fit.tolist() == [31, 26, 26, 22, 22, 15.5, 15.5, 13]


def test_ties_are_averaged_before():
    x, y = [3, 5, 5, 8, 10, 35, 35, 40], [12, 14, 10, 13, 13, 21, 31, 23]
    line = monotone_line(x, y, rising=True)
    # R: isoreg(x, ave(y, x))$yf is 12 12 12 13 13 25 25 25
    assert dict(zip(line.at.tolist(), line.fit.tolist(), strict=True)) == {
        3: 12, 5: 12, 8: 13, 10: 13, 35: 25, 40: 25,
    }  # fmt: skip


def test_missing_numbers_change_nothing():
    with_gaps = monotone_line([None, *X, 30], [5, *Y, np.nan], rising=False)
    assert with_gaps.fit.tolist() == monotone_line(X, Y, rising=False).fit.tolist()


def test_nothing_to_draw_a_line_through():
    with pytest.raises(NotEstimable, match="same in every patient"):
        straight_line([2, 2, 2], [1, 2, 3])
    with pytest.raises(NotEstimable, match="There are 2 patients"):
        straight_line([1, 2], [1, 2])
    assert monotone_line([], [], rising=True).fit.size == 0
