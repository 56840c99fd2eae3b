"""Discrimination and calibration against R 4.2.2: pROC, glm (tests/reference/prediction.json)."""

import json
from pathlib import Path

import numpy as np
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats.prediction import calibrate, calibrate_by_score, discriminate

CASES = json.loads((Path(__file__).parents[1] / "reference" / "prediction.json").read_text())
PREDICTED = [name for name, case in CASES.items() if case["type"] == "prediction" and "brier" in case["r"]]
AREAS = [
    (name, column)
    for name, case in CASES.items()
    for column in case["columns"]
    if isinstance(case["r"].get(column, case["r"].get("auc", {})), dict)
    and "auc" in case["r"].get(column, case["r"].get("auc", {}))
]
SAME = {"rel": 1e-9, "abs": 1e-12}


@pytest.mark.parametrize(("name", "column"), AREAS)
def test_area_under_the_curve_equals_proc(name, column):
    case = CASES[name]
    r = case["r"].get(column) or case["r"]["auc"]
    ours = discriminate(case["outcome"], case["columns"][column])
    assert (ours.n_events, ours.n - ours.n_events) == (r["n_pos"], r["n_neg"])
    assert ours.estimate == pytest.approx(r["auc"], **SAME)
    if r["delong_var"] > 0:
        assert (ours.low, ours.high) == pytest.approx(
            [min(1, max(0, limit)) for limit in r["delong_ci"]], **SAME
        )
    elif r["auc"] in (0, 1):
        assert np.isnan([ours.low, ours.high]).all()


# R 4.2.2, for the area a of m patients with the event and n without: N <- (m + n) / 2 - 1
# v <- function(t) t * (1 - t) / (m * n) * (1 + N * ((1 - t) / (2 - t) + t / (1 + t)))          (Newcombe 2006, method
# 5)
# f <- function(t) (a - t)^2 / v(t) - qnorm(.975)^2; uniroot(f, c(1e-12, a - 1e-12), tol = 1e-16), and above a likewise
@pytest.mark.parametrize(
    ("with_event", "without", "from_r"),
    [
        ([3, 5, 7, 8], [1, 2, 4, 6], (0.8125, 0.3983058836128986, 0.9623379556350343)),
        (range(6, 12), range(1, 6), (1, 0.6654547706070859, 1)),
        ([1] * 3, [1] * 3, (0.5, 0.1527735361104342, 0.8472264638895658)),
        ([1] * 3, [1] * 23 + [0] * 6, (35 / 58, 0.292196252432084, 0.8435486676730709)),
        ([9], range(29), (19 / 58, None, None)),
        ([99], range(29), (1, 0.4233134056544097, 1)),
    ],
)
def test_newcombes_interval_has_a_width_where_delongs_has_none(with_event, without, from_r):
    values = [*with_event, *without]
    outcome = [1] * len(with_event) + [0] * (len(values) - len(with_event))
    ours = discriminate(outcome, values, interval="newcombe")
    assert ours.estimate == pytest.approx(from_r[0], rel=1e-12)
    assert 0 <= ours.low < ours.high <= 1
    if from_r[1] is not None:
        assert (ours.low, ours.high) == pytest.approx(from_r[1:], rel=1e-9)


@pytest.mark.parametrize("name", PREDICTED)
def test_brier_score_equals_r(name):
    case, r = CASES[name], CASES[name]["r"]
    ours = calibrate(case["outcome"], next(iter(case["columns"].values())))
    assert (ours.brier, ours.brier_without_model) == pytest.approx((r["brier"], r["brier_max"]), **SAME)


@pytest.mark.parametrize(
    "name", ["pima_validation/v", "pima_validation/old", "edge_logistic/p_overlap_small"]
)
def test_calibration_on_log_odds_equals_r(name):
    case, r = CASES[name], CASES[name]["r"]
    ours = calibrate(case["outcome"], next(iter(case["columns"].values())))
    # glm stops at a relative change of the deviance of 1e-8
    assert ours.in_the_large == pytest.approx(r["calibration_in_the_large"][0], rel=1e-6)
    slope = r["calibration_slope"]
    assert (ours.slope, ours.intercept) == pytest.approx((slope["slope"], slope["intercept"]), rel=1e-6)
    half = 1.959963984540054 * slope["se_slope"]
    assert (ours.slope_low, ours.slope_high) == pytest.approx(
        (slope["slope"] - half, slope["slope"] + half), rel=1e-4
    )


def test_what_calibration_cannot_give_is_noted():
    assert "exactly 0 or 1" in calibrate([0, 1], [0.0, 0.5]).notes[0]
    assert "same outcome" in calibrate([0, 0], [0.2, 0.5]).notes[0]
    assert "no slope" in calibrate([0, 1], [0.3, 0.3]).notes[0]
    assert "separates the patients" in calibrate([0, 0, 1, 1], [0.1, 0.2, 0.6, 0.7]).notes[0]


def test_calibration_by_score_counts_each_score():
    groups = calibrate_by_score([0, 1, 0, None, 1], [2, 3, 3, 3, None], [0.12, 0.32, 0.32, 0.32, 0.6])
    assert [(one.score, one.n, one.n_events, one.observed) for one in groups] == [
        (2, 1, 0, 0.0),
        (3, 2, 1, 0.5),
    ]
    # R 4.2.2: binom.test(1, 2)$conf.int
    assert groups[1].interval == pytest.approx((0.012579117093425058, 0.98742088290657493), rel=1e-9)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: discriminate([1, 1], [1, 2]), "2 of 2 patients had it."),
        (lambda: discriminate([1, 3], [1, 2]), "An outcome is 1 (died, or it happened) or 0."),
        (lambda: calibrate([None], [0.2]), "There is none."),
        (lambda: calibrate([1, 0], [20, 30]), "Divide percentages by 100."),
    ],
)
def test_what_cannot_be_judged_is_said(call, sentence):
    with pytest.raises(NotEstimable) as caught:
        call()
    assert sentence in str(caught.value)
