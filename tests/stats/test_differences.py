"""Order statistics of differences: the pivots find what sorting all of them finds, digit by digit."""

from __future__ import annotations

import numpy as np
import pytest

from iren_core.stats import differences
from iren_core.stats.differences import ordered_differences, ordered_pair_means


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


@pytest.mark.parametrize("decimals", [0, 1, 12])
def test_pivots_find_the_means_of_pairs_that_sorting_finds(
    monkeypatch: pytest.MonkeyPatch, decimals: int
) -> None:
    values = np.round(np.random.default_rng(2).normal(0, 6, 43), decimals)
    rows, columns = np.triu_indices(43)
    every = np.sort((values[rows] + values[columns]) / 2)
    monkeypatch.setattr(differences, "_FEW", 4)
    assert ordered_pair_means(values, tuple(range(1, every.size + 1))) == tuple(every.tolist())


def test_means_of_many_pairs_need_no_room() -> None:
    """Of 0 to 99 999 the middle of all means of pairs is their mean, by symmetry."""
    count = 100_000 * 100_001 // 2
    assert ordered_pair_means(np.arange(100_000.0), (1, count // 2, count)) == (0, 49_999.5, 99_999)
