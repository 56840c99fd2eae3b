"""The doorway for data: what is read, what counts as missing, in which order groups come."""

import numpy as np
import pandas as pd
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats.describe import describe, quantiles
from iren_core.stats.samples import grouped, numbers, ordered_labels


@pytest.mark.parametrize(
    "column",
    [
        [1, None, 3],
        np.array([1, np.nan, 3]),
        pd.Series([1, None, 3], dtype="Int64"),
        pd.Series([1, pd.NA, 3], dtype="Float64"),
        pd.Series([1, None, 3], dtype=object, index=[5, 5, 2]),
        ["1", None, 3.0],
    ],
)
def test_every_kind_of_missing_is_nan(column):
    assert np.array_equal(numbers(column, "days"), [1, np.nan, 3], equal_nan=True)


@pytest.mark.parametrize("column", [[True, False, None], pd.Series([True, False, None], dtype="boolean")])
def test_yes_and_no_are_one_and_zero(column):
    assert np.array_equal(numbers(column, "deaths"), [1, 0, np.nan], equal_nan=True)


def test_text_is_refused_by_name():
    with pytest.raises(NotEstimable) as caught:
        numbers([1, "<5"], "values of interleukin 6")
    assert str(caught.value) == (
        "The values of interleukin 6 must be numbers. Found '<5'. Correct that entry, or leave it empty."
    )


def test_order_of_groups():
    stages = pd.Series(pd.Categorical(["TEN", "SJS", None], categories=["SJS", "overlap", "TEN"]))
    assert ordered_labels(stages) == ("SJS", "TEN")
    assert ordered_labels(["b", "a", None]) == ("a", "b")
    assert ordered_labels([10, 9]) == (9, 10)
    assert ordered_labels([1, "a"]) == (1, "a")


def test_groups_keep_their_place_without_values():
    split = grouped([1, None, 3], ["a", "b", None])
    assert (split.labels, split.sizes, split.n_missing) == (("a", "b"), (1, 0), 2)


def test_nothing_known_is_described_as_nothing():
    assert np.isnan(quantiles([None, None])).all()
    empty = describe([None])
    assert (empty.n, empty.n_missing) == (0, 1)
    assert np.isnan([empty.mean, empty.sd, empty.median, empty.minimum]).all()
