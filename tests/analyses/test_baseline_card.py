"""The baseline card against the study's Table 1, standardised differences against R, and the edges."""

from __future__ import annotations

import json
import math
import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pptx import Presentation

from iren_core import Selection
from iren_core.analyses import baseline
from iren_core.analyses.baseline import balance
from iren_core.errors import EmptySelection, FieldMissing
from iren_core.export.powerpoint import deck

COMBINATION = "Corticosteroids + TNF inhibitor"
ALONE = "Corticosteroids alone"
PUBLISHED = {
    fact["id"]: fact
    for fact in json.loads((Path(__file__).parents[1] / "reference" / "published.json").read_text())["facts"]
}

# Table 1 as printed: characteristic, all, combination, corticosteroids alone.
PRINTED = {
    "Peak temperature (°C)": ("39.0 ± 0.6", "38.9 ± 0.7", "39.1 ± 0.6"),
    "Erythema (% BSA)": ("80 ± 8", "78 ± 8", "82 ± 8"),
    "Epidermal detachment (% BSA)": ("8 (5, 35)", "9 (5, 36)", "5 (4, 35)"),
    "SCORTEN": ("3 (2, 4)", "3 (3, 4)", "2 (2, 3)"),
    "Predicted mortality (%)": ("32 (12, 55)", "32 (32, 68)", "12 (12, 32)"),
    "Prednisone-equivalent dose (mg/day)": ("100 (100, 100)", "100 (94, 100)", "100 (100, 100)"),
    "Prednisone-equivalent dose per kg (mg/kg/day)": ("1.5 (1.3, 1.8)", "1.5 (1.4, 1.8)", "1.5 (1.3, 1.8)"),
    "Cumulative IVIG dose (g/kg)": ("3.1 (2.9, 5.5)", "3.1 (2.9, 6.4)", "3.4 (2.6, 5.8)"),
    "Fever": ("26 (81%)", "12 (86%)", "14 (78%)"),
    "Mucositis": ("27 (84%)", "12 (86%)", "15 (83%)"),
    "IVIG given": ("11 (34%)", "5 (36%)", "6 (33%)"),
    "– SJS": ("21 (66%)", "9 (64%)", "12 (67%)"),
    "– TEN": ("11 (34%)", "5 (36%)", "6 (33%)"),
}
# The p-values of Table 1 that its own footnote explains, by their name in published.json.
PRINTED_P = {
    "peak_temp_c": "p_temp",
    "erythema_bsa_pct": "p_eryth",
    "detachment_bsa_pct": "p_bsa",
    "scorten": "p_scorten",
    "predicted_mortality_pct": "p_pred",
    "ivig_cumulative_g_kg": "p_ivigdose",
    "fever": "p_fever",
    "mucositis": "p_mucositis",
    "ivig": "p_ivig",
}


@pytest.fixture(scope="module")
def result(sample):
    return baseline.analyse(sample)


def row_of(result, name):
    return next(row for row in result.whole.rows if row.field.name == name)


def test_summaries_are_those_printed(sample):
    shown = baseline.card(sample).table("baseline").shown.set_index("Characteristic")
    columns = ["All (n = 32)", f"{COMBINATION} (n = 14)", f"{ALONE} (n = 18)"]
    found = {label: tuple(shown.loc[label, columns]) for label in PRINTED}
    assert found == PRINTED


@pytest.mark.parametrize(("field", "fact"), PRINTED_P.items())
def test_p_values_are_those_printed(result, field, fact):
    assert round(row_of(result, field).p_value, 3) == PUBLISHED[fact]["value"]


def test_the_p_that_the_footnote_does_not_explain_is_explained(sample, result):
    # Table 1 prints 0.888 under "Fisher"; it is Pearson's chi-squared.
    assert round(result.chi_squared_p, 3) == PUBLISHED["p_dx"]["value"]
    assert any("Here they give p > 0.999 and p = 0.888." in note for note in baseline.card(sample).notes)


def test_standardised_difference_of_numbers_is_that_of_r():
    # R 4: x <- c(1.2,3.4,2.2,5.1,4.4); y <- c(2.9,6.1,4.8,7.7,5.2,3.3)
    #      abs(mean(x)-mean(y)) / sqrt((var(x)+var(y))/2)
    x, y = np.array([1.2, 3.4, 2.2, 5.1, 4.4]), np.array([2.9, 6.1, 4.8, 7.7, 5.2, 3.3])
    assert balance.of_numbers((x, y)) == pytest.approx(1.03122994280715, abs=1e-9)


def test_standardised_difference_of_categories_is_that_of_r():
    # R 4, Table 1's concurrent treatments, Yang and Dalton's formula: a <- c(10,2,1,1,0)/14; b <- c(7,7,1,1,2)/18
    #      s <- (diag(a)-a%*%t(a)+diag(b)-b%*%t(b))[-1,-1]/2; sqrt(t((a-b)[-1]) %*% solve(s) %*% (a-b)[-1])
    counts = np.array([[10, 7], [2, 7], [1, 1], [1, 1], [0, 2]])
    assert balance.of_counts(counts) == pytest.approx(0.880806959728455, abs=1e-9)
    assert balance.of_counts(counts[::-1]) == pytest.approx(balance.of_counts(counts), abs=1e-12)


def test_adjusted_p_is_by_the_textbook(sample):
    # Holm 1979: the smallest of three p times 3, the next times 2; Benjamini and Hochberg 1995: times 3, 3/2 and 1.
    fields = ("fever", "mucositis", "scorten")
    for method, multiples in (("holm", (2, 1, 3)), ("bh", (1.5, 1, 3))):
        rows = baseline.analyse(sample, baseline.Settings(fields=fields, adjust=method)).whole.rows
        expected = [min(1.0, row.p_value * times) for row, times in zip(rows, multiples, strict=True)]
        assert [row.p_adjusted for row in rows] == pytest.approx(expected, abs=1e-12)


def test_finding_is_a_whole_sentence(sample):
    assert baseline.card(sample).finding == (
        "Of 20 characteristics compared by treatment arm (n = 14 and 18), 2 differed with p below 0.05: SCORTEN "
        "(typical difference 1, 95% CI 0 to 2, Mann-Whitney test, p = 0.008) and predicted mortality (typical "
        "difference "
        "20.2 percentage points, 95% CI 0.0 to 50.1, Mann-Whitney test, p = 0.008). Effects: corticosteroids + TNF "
        "inhibitor against corticosteroids alone. The other 18 were not shown to differ."
    )


def test_rows_stand_in_the_order_asked_for(sample):
    fields = ("scorten", "age_years", "sex")
    card = baseline.card(sample, baseline.Settings(fields=fields))
    lines = [line for line in card.table("baseline").shown["Characteristic"] if not line.startswith("–")]
    assert lines == ["SCORTEN", "Age (years)", "Sex"]


def test_each_diagnosis_has_its_table(sample):
    card = baseline.card(sample)
    assert [(table.key, table.behind) for table in card.tables] == [
        ("baseline", False),
        ("baseline_sjs", True),
        ("baseline_ten", True),
    ]


def test_the_other_rule_is_told_where_a_verdict_turns(sample):
    # Cumulative dose in SJS: Student 0.058, Welch 0.045 (sample_data/README.md).
    sjs = sample.select(Selection(diagnosis=("SJS",)))
    notes = baseline.card(sjs, baseline.Settings(fields=("cumulative_prednisone_mg",))).notes
    assert any(
        "cumulative prednisone-equivalent dose (p = 0.058 here, p = 0.045 then)" in note for note in notes
    )


@pytest.mark.slow
def test_every_field_by_every_grouping_makes_a_card(sample):
    for group in ("arm", "diagnosis", "outcome", "sex", "ici_class"):
        settings = baseline.Settings(group=group, fields=baseline.describable_fields(sample))
        card = baseline.card(sample, settings)
        assert not re.search(r"\bnan\b", card.table("baseline").shown.to_string())
        assert card.finding.endswith(".")


def test_one_arm_is_described_and_not_compared(sample):
    card = baseline.card(sample.select(Selection(arm=("combination",))))
    assert "nothing could be compared by treatment arm" in card.finding
    assert set(card.table("baseline").shown["p"]) <= {"–", ""}


def test_one_patient_makes_a_card(cohort_of):
    card = baseline.card(cohort_of({"arm": ["combination"], "age_years": [60], "sex": ["female"]}))
    shown = card.table("baseline").shown.set_index("Characteristic")
    assert shown.loc["Age (years)", "All (n = 1)"] == "60 (60, 60)"


def test_missing_values_are_counted_row_by_row(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination", "combination", "corticosteroid", "corticosteroid", None],
            "age_years": [60, None, 50, 55, 70],
        }
    )
    result = baseline.analyse(cohort)
    assert result.whole.rows[0].n_missing == (1, 1, 0)
    assert result.n_without_group == 1
    assert any("1 patient without treatment arm counts" in note for note in baseline.card(cohort).notes)


def test_values_that_do_not_vary_have_no_difference_and_no_test(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination"] * 3 + ["corticosteroid"] * 3,
            "age_years": [60] * 3 + [50] * 3,
            "fever": ["yes"] * 6,
        }
    )
    age, fever = baseline.analyse(cohort, baseline.Settings(fields=("age_years", "fever"))).whole.rows
    assert math.isnan(age.difference)
    assert fever.difference == 0


def test_dates_are_no_row(sample):
    with pytest.raises(FieldMissing, match="dates or free text"):
        baseline.card(sample, baseline.Settings(fields=("date_onset",)))


def test_nothing_to_describe_is_a_sentence(cohort_of):
    with pytest.raises(FieldMissing, match="None of the rows"):
        baseline.card(cohort_of({"arm": ["combination", "corticosteroid"], "hospital_days": [1, 2]}))


def test_nobody_selected_is_a_sentence(sample):
    with pytest.raises(EmptySelection):
        baseline.card(sample.select(Selection(diagnosis=("overlap",))))


def test_the_slide_holds_the_love_plot_as_a_chart_with_its_words(sample):
    card = baseline.card(sample)
    slide = Presentation(BytesIO(deck([card]))).slides[0]
    chart = next(shape for shape in slide.shapes if shape.has_chart).chart
    series = {one.name: one for one in chart.plots[0].series}
    words = [series["Words of the axis"].points[place].data_label.text_frame.text for place in range(20)]
    dots = next(trace for trace in card.figure.data if trace.meta["role"] == "observed")
    assert words == [label for _, label in card.figure.layout.meta["panels"][0]["y_words"]]
    assert list(series["Standardised difference"].iter_values()) == list(dots.y)
    assert words[-1] == "Malignancy"


def test_the_slide_of_one_patient_has_a_sentence_in_place_of_the_chart(cohort_of):
    card = baseline.card(cohort_of({"arm": ["combination"], "age_years": [60]}))
    slide = Presentation(BytesIO(deck([card]))).slides[0]
    assert any(
        "There are not two groups" in shape.text_frame.text for shape in slide.shapes if shape.has_text_frame
    )


def test_rows_that_are_no_baseline_are_named(sample):
    fields = ("age_years", "reepithelization_days")
    notes = baseline.card(sample, baseline.Settings(fields=fields)).notes
    assert "Not known when treatment began, and so no baseline: time to re-epithelization." in notes
    known = baseline.card(sample, baseline.Settings(fields=("age_years",))).notes
    assert not any(note.startswith("Not known when") for note in known)


def test_the_picture_keeps_to_the_largest_differences(sample):
    card = baseline.card(sample, baseline.Settings(fields=baseline.describable_fields(sample)))
    dots = next(trace for trace in card.figure.data if trace.meta["role"] == "observed")
    every = sorted(
        row.difference
        for row in baseline.analyse(
            sample, baseline.Settings(fields=baseline.describable_fields(sample))
        ).whole.rows
        if math.isfinite(row.difference)
    )
    assert list(dots.x) == every[-25:]
    assert f"The 25 largest of {len(every)} differences are drawn." in card.caption


def _tea(cohort_of, field, with_it, without):
    """Fisher's tasting of tea: 3 of 4 with it in the combination arm, 1 of 4 in the other."""
    return cohort_of(
        {
            "arm": ["combination"] * 4 + ["corticosteroid"] * 4,
            field: [with_it] * 3 + [without] + [with_it] + [without] * 3,
        }
    )


def test_odds_ratio_is_that_of_yes_in_the_first_group_against_the_second(cohort_of):
    # R's example of fisher.test (Agresti, Categorical data analysis, 2.6.2): matrix(c(3, 1, 1, 3), 2), odds 6.408309,
    # good to five digits, as R finds the root.
    card = baseline.card(_tea(cohort_of, "ivig", "yes", "no"), baseline.Settings(fields=("ivig",)))
    assert card.table("baseline").values["estimate"].iloc[0] == pytest.approx(6.408309, rel=1e-5)
    assert "odds ratio of “yes” 6.41, 95% CI 0.21 to 6" in card.finding
    assert card.finding.endswith("Effects: corticosteroids + TNF inhibitor against corticosteroids alone.")


def test_odds_ratio_of_two_levels_names_the_level(cohort_of):
    card = baseline.card(_tea(cohort_of, "sex", "male", "female"), baseline.Settings(fields=("sex",)))
    assert "odds ratio of “female” 0.156, 95% CI 0.002 to 4.723" in card.finding
    row = card.table("baseline").shown.iloc[0]
    assert row["Higher in"] == f"{ALONE} (female)"


def test_the_group_that_is_higher_is_named(sample):
    shown = baseline.card(sample).table("baseline").shown.set_index("Characteristic")
    assert shown.loc[["SCORTEN", "Erythema (% BSA)", "Malignancy"], "Higher in"].tolist() == [
        COMBINATION,
        ALONE,
        "–",
    ]
