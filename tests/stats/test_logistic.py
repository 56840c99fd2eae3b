"""Firth's regression against R 4.2.2: logistf 1.26 (tests/reference/logistic.json)."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_expit

from iren_core.errors import NotEstimable
from iren_core.stats.logistic import check_events_per_variable, firth_odds_ratio, fit_logistic

CASES = json.loads((Path(__file__).parents[1] / "reference" / "logistic.json").read_text())
FIRTH = [name for name, case in CASES.items() if "coef" in case["r"].get("firth_own_irls", {})]


def columns(name: str):
    pairs = [
        pair
        for pair in zip(CASES[name]["covariate"], CASES[name]["outcome"], strict=True)
        if None not in pair
    ]
    covariate, outcome = np.array(pairs, dtype=float).T
    return covariate, outcome


@pytest.mark.parametrize("name", [n for n in FIRTH if 0 < CASES[n]["r"]["events"] < CASES[n]["r"]["n_used"]])
def test_firth_equals_logistf(name):
    r = CASES[name]["r"]
    covariate, outcome = columns(name)
    if covariate.std() == 0:
        pytest.skip("a constant has no odds ratio")
    ours = firth_odds_ratio(covariate, outcome)
    assert ours.coefficient == pytest.approx(r["firth_own_irls"]["coef"][1], rel=1e-9)
    # logistf stops its profile at a change of 1e-10 in the likelihood, which leaves some five digits of a limit
    limits = np.log([ours.low, ours.high])
    expected = r["firth_logistf"]["plr_ci_lower"][1], r["firth_logistf"]["plr_ci_upper"][1]
    assert limits == pytest.approx(expected, rel=1e-4)
    assert ours.p_value == pytest.approx(r["firth_own_irls"]["profile_p"][1], rel=1e-6)


def test_what_has_no_odds_ratio_is_said():
    with pytest.raises(NotEstimable, match="0 of 3 patients had the event"):
        firth_odds_ratio(np.arange(3.0), np.zeros(3))
    with pytest.raises(NotEstimable, match="The variable is the same in every patient"):
        firth_odds_ratio(np.ones(3), np.array([0, 1.0, 0]))


def test_separation_is_said():
    design = np.column_stack([np.ones(6), np.arange(6)])
    with pytest.raises(NotEstimable, match="not finite"):
        fit_logistic(design, np.array([0, 0, 0, 1, 1, 1.0]))


def test_no_model_of_two_variables_with_three_deaths():
    with pytest.raises(NotEstimable, match="There are 3 events; 20 would be needed"):
        check_events_per_variable(3, 2)
    check_events_per_variable(20, 2)


def test_many_patients_and_one_far_off_value_are_fitted_to_the_last_digits():
    """No warning, and the definition holds: the score is 0 at the estimate, the deviance 3.84 at either limit."""
    covariate = np.concatenate([np.arange(1999) % 37 / 7.0, [4000.0]])
    event = np.asarray((np.arange(2000) * 7) % 13 == 0, dtype=float)
    result = firth_odds_ratio(covariate, event)

    def penalised(slope):
        """The profile of the penalised likelihood, by a general optimiser on its textbook definition."""

        def loss(intercept):
            linear = intercept + slope * (covariate - covariate.mean())
            design = np.column_stack([np.ones(2000), covariate - covariate.mean()])
            weight = expit(linear) * expit(-linear)
            _, half = np.linalg.slogdet(design.T @ (weight[:, None] * design))
            return -(log_expit((2 * event - 1) * linear).sum() + half / 2)

        return -minimize_scalar(loss, bounds=(-60, 60), method="bounded", options={"xatol": 1e-10}).fun

    best = penalised(result.coefficient)
    for bound in (result.low, result.high):
        assert 2 * (best - penalised(np.log(bound))) == pytest.approx(3.841458820694124, abs=1e-6)
    assert best > max(penalised(result.coefficient * 1.01), penalised(result.coefficient * 0.99))
