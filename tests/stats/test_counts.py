"""Tables of counts against R 4.2.2 (tests/reference/counts.json)."""

import json
from pathlib import Path

import pandas as pd
import pytest

from iren_core.errors import NotEstimable
from iren_core.stats.counts import compare_counts

CASES = json.loads((Path(__file__).parents[1] / "reference" / "counts.json").read_text())
TABLES = [name for name, case in CASES.items() if "fisher" in case["r"]]
TWO_BY_TWO = [name for name in TABLES if "or_cmle" in CASES[name]["r"].get("fisher_tight", {})]
SAME = {"rel": 1e-9, "abs": 1e-12}


def _marks(name):
    """The largest table takes seconds to count."""
    return [pytest.mark.slow] if name == "alzheimer/sd" else []


@pytest.mark.parametrize("name", [pytest.param(name, marks=_marks(name)) for name in TABLES])
def test_exact_p_equals_r(name):
    ours = compare_counts(CASES[name]["table"])
    # With 538 patients tables lie so close to the observed one that R's wider idea of "equally probable" shows.
    digits = 1e-6 if name == "alzheimer/sd" else 1e-9
    assert ours.p_value == pytest.approx(CASES[name]["r"]["fisher"]["p"], rel=digits)
    assert ours.p_low == ours.p_high == ours.p_value


@pytest.mark.parametrize("name", TABLES)
def test_chi_squared_equals_r(name):
    r, ours = CASES[name]["r"], compare_counts(CASES[name]["table"], test="chi-squared")
    pearson = r["chisq_pearson"]
    expected = (pearson["statistic"], pearson["parameter"], pearson["p"], r["min_expected"])
    assert (ours.statistic, ours.df, ours.p_value, ours.smallest_expected) == pytest.approx(expected, **SAME)


@pytest.mark.parametrize("name", [name for name in TABLES if "p" in CASES[name]["r"].get("chisq_yates", {})])
def test_yates_equals_r(name):
    r, ours = CASES[name]["r"]["chisq_yates"], compare_counts(CASES[name]["table"], test="yates")
    assert (ours.statistic, ours.p_value) == pytest.approx((r["statistic"], r["p"]), **SAME)


@pytest.mark.parametrize("name", TWO_BY_TWO)
def test_conditional_odds_ratio_equals_r(name):
    r, ours = CASES[name]["r"]["fisher_tight"], compare_counts(CASES[name]["table"])
    expected = tuple(float(r[key]) for key in ("or_cmle", "lower", "upper"))
    assert (ours.estimate, ours.low, ours.high) == pytest.approx(expected, rel=1e-8)


def test_published_table_of_diagnoses_by_arm():
    # Front Immunol 2024, 10.3389/fimmu.2024.1421684, table 1, SJS and TEN by arm.
    # R 4.2.2: fisher.test(rbind(c(9, 5), c(12, 6)))$p.value is 1 (the paper prints the chi-squared p, 0.888)
    result = compare_counts([[9, 5], [12, 6]])
    assert result.p_value == pytest.approx(1.0)
    printed = compare_counts([[9, 5], [12, 6]], test="chi-squared")
    assert round(printed.p_value, 3) == 0.888


def test_empty_rows_play_no_part_and_labels_are_allowed():
    table = pd.DataFrame(
        [[3, 4], [0, 0], [5, 1]], index=["mild", "moderate", "severe"], columns=["healed", "died"]
    )
    result = compare_counts(table, n_missing=2)
    assert (result.row_totals, result.column_totals, result.n, result.n_missing) == ((7, 0, 6), (8, 5), 13, 2)
    # R 4.2.2: fisher.test(rbind(c(3, 4), c(5, 1)))$p.value
    assert result.p_value == pytest.approx(0.2657342657342658, rel=1e-9)


@pytest.mark.slow
def test_larger_tables_have_cramers_v():
    case = CASES["alzheimer/sd"]
    result = compare_counts(case["table"])
    assert (result.method, result.effect) == ("Fisher-Freeman-Halton exact test", "Cramer's V")
    assert result.estimate == pytest.approx(case["r"]["cramers_v"], rel=1e-9)


@pytest.mark.parametrize(
    ("table", "test", "sentence"),
    [
        (
            [[3, 4], [0, 0]],
            "auto",
            "All patients are alike in one of the two, so there is nothing to compare.",
        ),
        ([[1, 2], [3, -1]], "auto", "A table of counts holds whole numbers"),
        ([[1, 2.5], [3, 1]], "auto", "A table of counts holds whole numbers"),
        ([["a", "b"], ["c", "d"]], "auto", "A table of counts holds whole numbers"),
        ([[1, 2], [3, 1], [2, 2]], "yates", "This one is 3 x 2."),
        ([1, 2], "auto", "A table of counts holds whole numbers"),
        ([[1, 2], [3, 1]], "g-test", "Choose one of: auto, fisher, chi-squared, yates."),
    ],
)
def test_what_cannot_be_tested_is_said(table, test, sentence):
    with pytest.raises(NotEstimable) as caught:
        compare_counts(table, test=test)
    assert sentence in str(caught.value)
