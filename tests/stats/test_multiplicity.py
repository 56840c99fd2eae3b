"""Adjusted p-values and pairs of groups against R 4.2.2 (more_groups.json, counts_of_events.json)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats.multiplicity import adjust_p, compare_each_pair

REFERENCE = Path(__file__).parents[1] / "reference"
MORE = json.loads((REFERENCE / "more_groups.json").read_text())
ADJUSTED = json.loads((REFERENCE / "counts_of_events.json").read_text())["scalars/pa"]
COMPLETE = [
    name
    for name, case in MORE.items()
    if None not in case["r"].get("pairwise", {}).get("welch_t", {}).get("p", [None])
]


@pytest.mark.parametrize(("method", "key"), [("holm", "holm"), ("bh", "BH")])
def test_adjusted_p_equals_r(method, key):
    assert adjust_p(ADJUSTED["spec"]["p"], method=method) == pytest.approx(ADJUSTED["r"][key], rel=1e-12)


@pytest.mark.parametrize(("adjust", "key"), [("holm", "holm"), ("bh", "BH")])
@pytest.mark.parametrize(("test", "block"), [("welch", "welch_t"), ("student", "student_t_two_sample")])
@pytest.mark.parametrize("name", COMPLETE)
def test_pairs_equal_r(name, test, block, adjust, key):
    case, r = MORE[name], MORE[name]["r"]
    labels = pd.Categorical([None if g is None else str(g) for g in case["groups"]], r["levels"])
    contrasts = compare_each_pair(case["values"], labels, test=test, adjust=adjust)
    assert [" vs ".join(one.comparison.labels) for one in contrasts] == r["pairwise"][block]["pairs"]
    assert [one.comparison.p_value for one in contrasts] == pytest.approx(r["pairwise"][block]["p"], rel=1e-9)
    assert [one.p_adjusted for one in contrasts] == pytest.approx(r["pairwise"][block][key], rel=1e-9)


def test_one_rule_picks_the_test_of_all_pairs():
    values = [1, 2, 3, 2.5, 11, 12, 13, 12.2, 0.1, 0.1, 0.1, 9]
    contrasts = compare_each_pair(values, np.repeat(["a", "b", "c"], 4))
    assert {one.comparison.method for one in contrasts} == {"Mann-Whitney test, exact"}


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: adjust_p([0.2, 1.2]), "A p-value lies between 0 and 1."),
        (lambda: adjust_p([0.2], method="sidak"), "Choose holm or bh."),
        (lambda: compare_each_pair([1, 2], ["a", "a"]), "There are 1."),
        (lambda: compare_each_pair([1, 2], ["a", "b"], test="anova"), "It compares all groups at once."),
    ],
)
def test_what_cannot_be_adjusted_is_said(call, sentence):
    with pytest.raises(NotEstimable) as caught:
        call()
    assert sentence in str(caught.value)
