"""Fine-Gray regression against R's cmprsk::crr and finegray (tests/reference/survival/README.md)."""

import json
from pathlib import Path

import pandas as pd
import pytest

from iren_core.errors import CohortError
from iren_core.stats import subdistribution_ratio

REFERENCE = Path(__file__).parents[1] / "reference" / "survival"
CASES = [("bmt_cr_group", "relapse"), ("bmt_cr_group", "trm"), ("aidssi_cr", "AIDS"), ("aidssi_cr", "SI")]
CASES += [("pbc_cr_trt", "transplant"), ("pbc_cr_trt", "death")]
# crr stops when the score is small, not when the coefficients have settled: up to 3e-5 was seen
CRR_STOPS = 4e-5


@pytest.mark.parametrize(("name", "cause"), CASES)
def test_coefficients_and_sandwich_equal_crr(name, cause):
    document = json.loads((REFERENCE / f"{name}.json").read_text())
    data, expected = document["data"], document["expected"]
    levels = [int(level) if level.isdigit() else level for level in expected["levels"]]
    groups = pd.Categorical(data["group"], categories=levels)
    fit = subdistribution_ratio(data["time"], data["cause"], groups, cause=cause)
    from_r = expected["fine_gray"][cause]["crr"]
    assert fit.coefficients == pytest.approx(from_r["coef"], rel=CRR_STOPS, abs=CRR_STOPS)
    assert fit.std_errors == pytest.approx(from_r["se"], rel=CRR_STOPS)
    assert fit.lows == pytest.approx(from_r["lower"], rel=CRR_STOPS)
    assert fit.highs == pytest.approx(from_r["upper"], rel=CRR_STOPS)
    assert fit.p_values == pytest.approx(from_r["p"], rel=20 * CRR_STOPS)
    assert fit.n == expected["fine_gray"]["n_used"]


def test_coefficients_equal_finegray_with_coxph():
    # Without a tie of events and censorings both weightings agree; coxph stops at about 1e-8 in the coefficients.
    document = json.loads((REFERENCE / "bmt_cr_group.json").read_text())
    data, expected = document["data"], document["expected"]
    for cause in expected["causes"]:
        fit = subdistribution_ratio(data["time"], data["cause"], data["group"], cause=cause)
        from_r = expected["fine_gray"][cause]["finegray_coxph"]
        assert fit.coefficients == pytest.approx(from_r["coef"], rel=1e-7)


@pytest.mark.parametrize(
    ("causes", "cause", "sentence"),
    [
        (["healed", "died", "healed", "died"], "relapse", "No patient has the event relapse."),
        (["healed", "healed", "died", "died"], "healed", "A ratio would be 0 or infinite"),
    ],
)
def test_what_cannot_be_fitted_gets_a_sentence(causes, cause, sentence):
    with pytest.raises(CohortError) as caught:
        subdistribution_ratio([3, 5, 8, 9], causes, ["A", "A", "B", "B"], cause=cause)
    assert sentence in str(caught.value)
