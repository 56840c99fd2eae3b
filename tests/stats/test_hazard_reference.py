"""Cox regression against R's coxph and cox.zph (tests/reference/survival/README.md), and against lifelines."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from iren_core.errors import CohortError
from iren_core.stats import hazard_ratio

REFERENCE = Path(__file__).parents[1] / "reference" / "survival"
# coxph stops once the log-likelihood changes by less than 1e-9 of itself; that leaves about 1e-8 in coefficients
R_STOPS = 2e-8


def read(name):
    document = json.loads((REFERENCE / f"{name}.json").read_text())
    return document["data"], document["expected"]


def check(fit, from_r):
    assert fit.coefficients == pytest.approx(from_r["coef"], rel=R_STOPS, abs=R_STOPS)
    assert fit.std_errors == pytest.approx(from_r["se"], rel=R_STOPS)
    assert fit.ratios == pytest.approx(from_r["hr"], rel=R_STOPS)
    assert fit.lows == pytest.approx(from_r["hr_lower"], rel=R_STOPS)
    assert fit.highs == pytest.approx(from_r["hr_upper"], rel=R_STOPS)
    assert fit.p_values == pytest.approx(from_r["p_wald"], rel=2e-7)
    lrt = from_r["lrt"]
    assert [fit.statistic, fit.df, fit.p_value] == pytest.approx(
        [lrt["test"], lrt["df"], lrt["pvalue"]], rel=1e-9
    )
    zph, ours = from_r["cox_zph"]["km"], fit.proportionality
    assert ours.statistics == pytest.approx(zph["chisq"], rel=2e-7)
    assert list(ours.df) == zph["df"]
    assert ours.p_values == pytest.approx(zph["p"], rel=2e-7)


@pytest.mark.parametrize(
    "name",
    [
        "aml_os",
        "blood_storage_rec",
        "bmt_dfs_group",
        "gehan_remission_pair",
        "gtsg_os",
        "kidney_km_inf",
        "leuk_os_ag",
        "lung_os_sex",
        "mastectomy_os",
        "ocarcinoma_os",
        "edge_survival_heavy_ties_discrete",
        "edge_survival_float_ties",
        "edge_survival_time0_events",
    ],
)
def test_groups_equal_coxph(name):
    data, expected = read(name)
    fit = hazard_ratio(data["time"], data["event"], data["group"])
    check(fit, expected["cox"]["efron"])
    assert fit.labels[0] == expected["cox"]["reference"]
    assert fit.n_missing == expected["n_missing"]
    assert (fit.estimate is None) == (len(fit.labels) > 2)


def test_covariates_equal_coxph():
    data, expected = read("lung_os_sex")
    fit = hazard_ratio(data["time"], data["event"], data["group"], data["covariates"])
    check(fit, expected["cox_adjusted"]["efron"])
    assert fit.n == expected["cox_adjusted"]["n_used"]
    assert fit.n + fit.n_missing == len(data["time"])
    assert fit.terms == ("2 against 1", "age, per unit", "ph.karno, per unit", "wt.loss, per unit")
    assert fit.estimate is None


@pytest.mark.parametrize("name", ["bmt_dfs_group", "lung_os_sex", "gehan_remission_pair"])
def test_strata_equal_coxph(name):
    data, expected = read(name)
    check(
        hazard_ratio(data["time"], data["event"], data["group"], strata=data["strata"]),
        expected["cox"]["stratified_efron"],
    )


# R 4.2.2, survival 3.5.3. The penalised likelihood at a fixed b is that of coxph itself:
# f <- coxph(Surv(time, event) ~ x, init = b, control = coxph.control(iter.max = 0));
# l <- f$loglik[2] - log(f$var) / 2; optimize(l, c(-8, 8), tol = 1e-12), then uniroot(2 * (max - l) - qchisq(.95, 1)).
# Coefficient, sqrt(f$var) there, limits of the ratio, likelihood ratio statistic against b = 0, its p-value.
@pytest.mark.parametrize(
    ("name", "from_r"),
    [
        (
            "edge_survival_no_events_in_B",
            (-1.60943788863, 1.89736658105, 0.00145008681026, 2.45802391194, 1.45551583016, 0.227644948905),
        ),
        (
            "edge_survival_separated_5_vs_6",
            (
                -3.42537288515,
                1.67699524313,
                0.000242308657183,
                0.31449337003,
                10.3762821433,
                0.00127644472942,
            ),
        ),
        (
            "edge_survival_separated_5_vs_6_censored",
            (
                -3.42537293659,
                1.67699527742,
                0.000242308657183,
                0.31449337003,
                10.3762821433,
                0.00127644472942,
            ),
        ),
    ],
)
def test_where_the_ratio_would_be_infinite_firths_penalty_equals_r(name, from_r):
    data, _ = read(name)
    fit = hazard_ratio(data["time"], data["event"], data["group"])
    ours = (fit.coefficients[0], fit.std_errors[0], fit.low, fit.high, fit.statistic, fit.p_value)
    assert ours == pytest.approx(from_r, rel=1e-7)
    assert fit.p_values[0] == pytest.approx(fit.p_value, rel=1e-9)
    assert "Firth’s penalty" in fit.method
    assert fit.proportionality is None


def test_lifelines_is_a_second_witness():
    from lifelines import CoxPHFitter  # noqa: PLC0415 - takes seconds to import, and only this test needs it

    data, _ = read("lung_os_sex")
    table = pd.DataFrame(
        {"time": data["time"], "event": data["event"], "second": np.array(data["group"]) == 2}
    )
    tight = {"precision": 1e-12, "r_precision": 1e-14}
    theirs = CoxPHFitter().fit(table.astype(float), "time", "event", fit_options=tight)
    fit = hazard_ratio(data["time"], data["event"], data["group"])
    assert fit.coefficients[0] == pytest.approx(theirs.params_["second"], rel=1e-9)
    assert fit.std_errors[0] == pytest.approx(theirs.standard_errors_["second"], rel=1e-9)


def test_the_unit_of_a_covariate_only_scales_its_coefficient():
    data, _ = read("lung_os_sex")
    age = np.array(data["covariates"]["age"], dtype=float)
    in_years = hazard_ratio(data["time"], data["event"], covariates={"age": age})
    in_days = hazard_ratio(data["time"], data["event"], covariates=pd.DataFrame({"age": age * 365.25}))
    assert in_days.coefficients[0] * 365.25 == pytest.approx(in_years.coefficients[0], rel=1e-9)
    assert in_days.p_value == pytest.approx(in_years.p_value, rel=1e-9)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([1, 2, 3], [1, 1, 1]), "All 3 patients with complete data are in one group (all)."),
        (([1], [1]), "The 1 patient with complete data is in one group (all)."),
        (([1, 2, 3], [0, 0, 0], ["A", "A", "B"]), "None of the 3 patients has the event."),
        (([1, 2, 3], [1, 1, 1], None, {"age": [4.1, 4.1, 4.1]}), "age is the same for all 3 patients."),
        (([1, 2, 3], [1, 1, 1], None, {"age": [4, 5]}), "age has 2 values for 3 patients."),
        (([1, 2, 3], [1, 1, 1], None, {"drug": ["a", "b", "c"]}), "A value is not a number."),
        (
            ([1, 2, 3, 4], [1, 1, 1, 1], ["A", "B", "A", "B"], {"arm": [0, 1, 0, 1]}),
            "one variable tells nothing that the others do not",
        ),
        (
            ([1, 1, 5, 6], [0, 0, 1, 1], ["A", "A", "B", "B"]),
            "one variable tells nothing that the others do not",
        ),
    ],
)
def test_what_cannot_be_fitted_gets_a_sentence(arguments, sentence):
    with pytest.raises(CohortError) as caught:
        hazard_ratio(*arguments)
    assert sentence in str(caught.value)
    assert caught.value.advice


def test_events_on_one_day_say_nothing_about_change_over_time():
    fit = hazard_ratio([3, 3, 3, 5], [1, 1, 1, 0], ["A", "B", "B", "A"])
    assert np.isnan(fit.proportionality.p_values).all()
