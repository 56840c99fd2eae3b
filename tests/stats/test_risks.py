"""Two risks, paired proportions and trend against R 4.2.2."""

import json
from pathlib import Path

import numpy as np
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats.risks import cochran_armitage, compare_risks, mcnemar

CASES = json.loads((Path(__file__).parents[1] / "reference" / "counts.json").read_text())
TABLES = [
    name for name, case in CASES.items() if "rd_newcombe_lower" in case["r"].get("risk_outcome_col1", {})
]
PAIRED = [name for name in CASES if name.startswith("mcnemar/")]


@pytest.mark.parametrize("name", TABLES)
def test_risk_difference_equals_r(name):
    table = np.array([row for row in CASES[name]["table"] if sum(row)])
    r, ours = (
        CASES[name]["r"]["risk_outcome_col1"],
        compare_risks(tuple(table[:, 0]), tuple(table.sum(axis=1))),
    )
    answer = (r["rd"], r["rd_newcombe_lower"], r["rd_newcombe_upper"])
    assert (ours.difference, ours.difference_low, ours.difference_high) == pytest.approx(
        answer, rel=1e-9, abs=1e-12
    )


@pytest.mark.parametrize(
    ("events", "n", "limits"),
    [
        # R 4.2.2: score statistic with the constrained estimate found by optimize(tol = 1e-12), limits by
        # uniroot(tol = 1e-11); the factor (m + k) / (m + k - 1) is Miettinen and Nurminen's
        ((2, 1), (14, 18), (0.355978739821, 19.015596347)),
        ((12, 14), (14, 18), (0.734822569124, 1.62586692226)),
        ((10, 3), (40, 44), (1.17855643875, 11.8550102566)),
        ((9, 9), (9, 9), (0.688735423184, 1.45193635515)),
    ],
)
def test_ratio_limits_equal_r(events, n, limits):
    result = compare_risks(events, n)
    assert (result.ratio_low, result.ratio_high) == pytest.approx(limits, rel=1e-7)


def test_ratio_without_events_on_one_side():
    nobody_second = compare_risks((2, 0), (5, 6))
    assert (nobody_second.ratio, nobody_second.ratio_high) == (np.inf, np.inf)
    assert 0 < nobody_second.ratio_low < 2
    nobody = compare_risks((0, 0), (5, 6))
    assert np.isnan([nobody.ratio, nobody.ratio_low, nobody.ratio_high]).all()


@pytest.mark.parametrize("name", [n for n in PAIRED if "p" in CASES[n]["r"]["exact_binomial"]])
def test_mcnemar_equals_r(name):
    if CASES[name]["table"][0][1] + CASES[name]["table"][1][0] == 0:
        with pytest.raises(NotEstimable, match="Nobody changed"):
            mcnemar(CASES[name]["table"])
        return
    assert mcnemar(CASES[name]["table"]).p_value == pytest.approx(
        CASES[name]["r"]["exact_binomial"]["p"], rel=1e-9
    )


def test_mcnemar_odds_ratio_equals_r():
    # R 4.2.2: b <- binom.test(1, 8); b$conf.int / (1 - b$conf.int)
    result = mcnemar([[10, 1], [7, 12]])
    assert (result.low, result.high) == pytest.approx((0.0031697390302537296, 1.1119755536473468), rel=1e-9)


@pytest.mark.parametrize(
    ("events", "n", "scores", "answer"),
    [
        # R 4.2.2: prop.trend.test(x, n, score)
        ([83, 90, 129, 70], [86, 93, 136, 82], None, (8.2249222851977102, 0.004131897477641487)),
        ([1, 2, 4], [10, 10, 10], [0, 1, 4], (2.5871954132823705, 0.10773094317656004)),
    ],
)
def test_trend_equals_r(events, n, scores, answer):
    result = cochran_armitage(events, n, scores)
    assert (result.statistic, result.p_value) == pytest.approx(answer, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: compare_risks((1, 0), (0, 3)), "There is none."),
        (lambda: compare_risks((4, 0), (3, 3)), "There are 4 events in 3 patients."),
        (lambda: mcnemar([[1, 2, 3]]), "Found (1, 3)."),
        (lambda: cochran_armitage([0, 0], [3, 4]), "0 of 7 patients had it, in 2 groups."),
    ],
)
def test_what_cannot_be_compared_is_said(call, sentence):
    with pytest.raises(NotEstimable) as caught:
        call()
    assert sentence in str(caught.value)
