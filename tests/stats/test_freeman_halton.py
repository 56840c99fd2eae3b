"""The exact test of larger tables: against R, against itself by two ways, and its seeded simulation."""

import numpy as np
import pytest

from iren_core.stats.freeman_halton import _Network, freeman_halton

# R 4.2.2: fisher.test(t(matrix(...)), workspace = 2e8)$p.value, tables drawn with rmultinom
LARGE = {
    "3 x 3, n = 2000": ([[208, 231, 232], [218, 229, 227], [225, 204, 226]], 0.64103841634251113),
    "4 x 4, n = 160": ([[8, 9, 14, 7], [11, 8, 8, 13], [7, 11, 10, 9], [7, 9, 13, 16]], 0.62786836896941101),
    "5 x 5, n = 80": (
        [[4, 2, 4, 3, 2], [1, 5, 4, 6, 6], [3, 3, 1, 1, 4], [4, 4, 3, 2, 0], [7, 4, 1, 3, 3]],
        0.34334610150821615,
    ),
    "3 x 4, n = 200": ([[27, 20, 13, 5], [29, 24, 16, 4], [26, 21, 10, 5]], 0.9807525419255364),
    "5 x 2, n = 27": ([[3, 4], [5, 1], [0, 6], [2, 2], [4, 0]], 0.0069034763663918305),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_large_tables_equal_r(name):
    table, p = LARGE[name]
    exact = freeman_halton(np.array(table))
    assert exact.interval is None
    assert exact.p_value == pytest.approx(p, rel=1e-9)


@pytest.mark.parametrize("name", ["3 x 4, n = 200", "5 x 2, n = 27"])
def test_both_ways_to_add_up_agree(name):
    counts = np.array(LARGE[name][0])
    counts = counts if counts.shape[0] <= counts.shape[1] else counts.T
    probable, _ = _Network(counts, 10**8)._masses(prune=True)
    directly = _Network(counts, 10**8)._masses(prune=False)
    assert directly == pytest.approx((probable, 1 - probable), rel=1e-10)


def test_every_table_is_extreme_when_all_are_equally_probable():
    assert freeman_halton(np.eye(3, dtype=np.int64)).p_value == 1.0


def test_beyond_the_limit_of_work_a_seeded_simulation_says_so():
    table, p = LARGE["3 x 4, n = 200"]
    first, second = (freeman_halton(np.array(table), work_limit=10) for _ in range(2))
    assert first == second
    assert first.interval.low < p < first.interval.high
    assert first.interval.high - first.interval.low < 0.01


def test_order_of_rows_and_columns_does_not_matter():
    table = np.array([[5, 0, 2], [1, 4, 3], [0, 2, 6], [3, 3, 0]])
    shuffled = table[[2, 0, 3, 1]][:, [1, 2, 0]]
    expected = freeman_halton(table).p_value
    assert freeman_halton(shuffled).p_value == pytest.approx(expected, rel=1e-12)
    assert freeman_halton(table.T).p_value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("limit", [1_000, 10_000, 100_000])
def test_looking_ahead_gives_up_nothing_that_would_have_ended(
    monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """The same tables are exact with it and without it, for it counts a part of the work only."""
    draw = np.random.default_rng(7)
    tables = [draw.multinomial(120, draw.dirichlet(np.full(12, 2.0))).reshape(2, 6) + 1 for _ in range(12)]
    monkeypatch.setattr("iren_core.stats.freeman_halton._MANY", 1)
    ahead = [freeman_halton(table, work_limit=limit) for table in tables]
    monkeypatch.setattr(_Network, "_look_ahead", lambda *_, **__: None)
    blind = [freeman_halton(table, work_limit=limit) for table in tables]
    assert [one.interval for one in ahead] == [one.interval for one in blind]
    assert [one.p_value for one in ahead] == pytest.approx([one.p_value for one in blind], rel=1e-12)
