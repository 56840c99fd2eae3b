"""Order statistics of differences: the pivots find what sorting all of them finds, digit by digit."""

from __future__ import annotations

import numpy as np
import pytest

from iren_core.stats import differences
from iren_core.stats.differences import ordered_differences


@pytest.mark.parametrize("decimals", [0, 1, 12])
@pytest.mark.parametrize("sizes", [(1, 1), (3, 40), (57, 31)])
def test_pivots_find_what_sorting_finds(
    monkeypatch: pytest.MonkeyPatch, decimals: int, sizes: tuple[int, int]
) -> None:
    draw = np.random.default_rng(1)
    first, second = (np.round(draw.normal(20, 6, size), decimals) for size in sizes)
    every = np.sort(np.subtract.outer(first, second).ravel())
    ranks = tuple(range(1, every.size + 1, 7))
    monkeypatch.setattr(differences, "_FEW", 4)
    assert ordered_differences(first, second, ranks) == tuple(every[np.array(ranks) - 1].tolist())


def test_a_billion_differences_need_no_room() -> None:
    """Two runs of whole numbers: 0 to 29 999 less 0 to 39 999 has each of its ranks in closed form."""
    first, second = np.arange(30_000.0), np.arange(40_000.0)
    smallest, largest, tenth = ordered_differences(first, second, (1, 1_200_000_000, 10))
    assert (smallest, largest) == (-39_999, 29_999)
    assert tenth == -39_996  # 1 + 2 + 3 + 4 differences are at most that
