"""The prognosis card: the study's Table 3, the number of deaths behind every row, and its edges."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from pptx import Presentation

from iren_core import Selection
from iren_core.analyses import prognosis
from iren_core.errors import EmptySelection, FieldMissing, NotEstimable
from iren_core.export.powerpoint import deck
from iren_core.stats.prognosis import prognostic_factor
from iren_core.wording import number

PUBLISHED = Path(__file__).parents[1] / "reference" / "published.json"
FACTS = {fact["id"]: fact for fact in json.loads(PUBLISHED.read_text(encoding="utf-8"))["facts"]}


@pytest.fixture(scope="module")
def card(sample):
    return prognosis.card(sample)


@pytest.fixture(scope="module")
def numbers(card):
    return card.table("comparison").values.set_index("factor")


@pytest.mark.parametrize(
    "factor, fact, middle, digits",
    [
        ("Body mass index", "d_bmi", "mean", 1),
        ("SCORTEN", "d_scorten", "median", 0),
        ("Epidermal detachment", "d_bsa", "median", 0),
    ],
)
def test_defaults_give_the_printed_numbers_of_table_3(numbers, factor, fact, middle, digits):
    row, dead, alive = numbers.loc[factor], FACTS[f"{fact}_dead"], FACTS[f"{fact}_surv"]
    assert number(row[f"died_{middle}"], digits) == number(dead["value"], digits)
    assert number(row[f"healed_{middle}"], digits) == number(alive["value"], digits)
    assert number(row["p_value"], 3) == number(dead["p"], 3)
    assert (row["died_n"], row["healed_n"]) == (dead["n"], alive["n"])


@pytest.mark.parametrize(
    "factor, higher",
    [
        ("Serum ferritin, acute", True), ("Interleukin-6, acute", True), ("TNF-α, acute", True),
        ("CD3+ T cells, acute", False), ("CD4+ T cells, acute", False), ("CD8+ T cells, acute", False),
        ("Natural killer cells, acute", False), ("Respiratory failure", True),
    ],
)  # fmt: skip
def test_directions_are_those_of_the_study(numbers, factor, higher):
    # Fact d_qual: deceased had higher SF, IL-6 and TNF-α, lower lymphocyte subsets, more major adverse events.
    assert (numbers.loc[factor, "auc"] > 0.5) == higher
    assert numbers.loc[factor, "p_value"] < 0.05


def test_recovery_values_keep_the_directions_of_figures_7_and_8(sample):
    card = prognosis.card(sample, prognosis.Settings(factors="markers during recovery"))
    rows = card.table("comparison").values.set_index("factor")
    assert len(rows) == 8
    assert (rows.filter(regex="ferritin|Interleukin|TNF", axis=0)["auc"] > 0.9).all()
    assert (rows.filter(regex="CD|killer", axis=0)["auc"] < 0.1).all()
    assert set(rows["test"]) == {"Mann-Whitney test, exact, not corrected for ties (SPSS)"}


def test_finding_is_whole_sentences(card):
    finding, who = card.finding.split(" Compared: ")
    first, others = finding.split(". Also ")
    assert who == "3 of 32 patients died, 29 healed."
    assert first == (
        "Death was associated most clearly with higher acute-phase TNF-α (AUC 1.00, 95% CI 0.68 to 1.00, Student "
        "t-test, p < 0.001, adjusted p < 0.001)"
    )
    assert others.startswith("associated: lower acute-phase natural killer cells (")
    assert others.endswith("and 6 more of 26 factors tested one by one.")


def test_a_p_that_adjusting_takes_away_is_no_finding(cohort_of):
    cohort = cohort_of(
        {
            "outcome": ["died"] * 4 + ["healed"] * 8,
            "crp_mg_l_acute": [90, 80, 70, 25, 20, 30, 28, 22, 24, 26, 21, 23],
            "bmi": [20, 24, 22, 23, 22, 25, 24, 21, 23, 26, 20, 22],
            "age_years": [60, 50, 55, 58, 57, 61, 49, 66, 52, 54, 59, 63],
        }
    )
    result = prognosis.analyse(cohort, prognosis.Settings(test="exact"))
    p, adjusted = (min(getattr(one, name) for one in result.tested) for name in ("p_value", "p_adjusted"))
    assert p < 0.05 < adjusted
    finding = prognosis.card(cohort, prognosis.Settings(test="exact")).finding
    assert finding.startswith(
        "None of 3 factors was shown to be associated with death once p is adjusted for their number; 1 had p below "
        "0.05 before that; nearest to it came higher acute-phase C-reactive protein"
    )


def test_a_factor_that_all_who_died_share_has_a_wide_interval(card):
    row = card.table("strength").shown.set_index("Factor").loc["Fever"]
    assert row["AUC (95% CI)"] == "0.60 (0.29 to 0.84)"


def test_every_row_names_its_deaths(card):
    assert set(card.table("strength").shown["Deaths"]) == {"3 of 32"}


def test_a_low_value_can_mark_danger(card, numbers):
    row = card.table("strength").shown.set_index("Factor").loc["Body mass index (kg/m²)"]
    assert row["In those who died"] == "lower"
    # R: wilcox.test(died, healed)$statistic / (3 * 29) is 6 / 87 for the higher value, 81 / 87 for the lower one.
    assert numbers.loc["Body mass index", "auc"] == pytest.approx(6 / 87, abs=1e-12)
    assert row["AUC (95% CI)"].startswith("0.93 (0.59 to 0.99)")


def test_three_deaths_carry_no_model(card):
    assert card.notes[0].startswith("No multivariable model is offered with 3 deaths")


def test_exact_tests_are_beside_the_study_s(card):
    row = card.table("comparison").shown.set_index("Factor").loc["SCORTEN"]
    assert row["Test"] == "Mann-Whitney test, p = 0.041"
    assert row["Exact p"] == "0.036"


def test_odds_ratio_of_a_number_is_per_standard_deviation(sample, numbers):
    frame = sample.frame
    # An odds ratio per standard deviation is the one per unit, raised to the standard deviation.
    per_unit = prognostic_factor(frame["scorten"], (frame["outcome"] == "died").astype(float))
    assert numbers.loc["SCORTEN", "odds_ratio"] == pytest.approx(
        per_unit.estimate ** frame["scorten"].std(), rel=1e-6
    )


def test_picture_is_a_row_a_factor_farthest_first(card):
    (panel,) = card.figure.layout.meta["panels"]
    labels = [label for label, _ in panel["rows"]]
    assert len(labels) == 12
    assert labels[0] == "TNF-α, acute: higher"
    assert "Body mass index: lower" in labels
    assert all(min(trace.x) >= 0.5 for trace in card.figure.data if trace.meta["role"] == "effect")
    assert "12 of 26 factors are drawn" in card.caption


def test_one_marker_shows_every_patient_in_both_phases(sample):
    card = prognosis.card(sample, prognosis.Settings(view="one marker", marker="il6_pg_ml"))
    dots = [trace for trace in card.figure.data if trace.meta["role"] == "observed"]
    assert [len(trace.y) for trace in dots] == [29, 3, 29, 3]
    assert "In the recovery sample, interleukin-6 was higher in those who died" in card.finding
    assert card.tables[0].key == "marker"


def test_a_marker_of_one_phase_only(cohort_of):
    cohort = cohort_of(
        {"outcome": ["died", "died", "healed", "healed", "healed"], "crp_mg_l_acute": [90, 80, 20, 30, 25],
         "bmi": [15, 16, 22, 25, 24]}
    )  # fmt: skip
    card = prognosis.card(cohort, prognosis.Settings(view="one marker", marker="crp_mg_l"))
    assert card.finding.startswith("In the acute phase, C-reactive protein was higher in those who died")
    with pytest.raises(FieldMissing, match="Serum ferritin, recovery"):
        prognosis.card(cohort, prognosis.Settings(view="one marker", marker="ferritin_ng_ml"))


def test_one_death_is_tested_exactly(sample):
    cohort = sample.select(Selection(arm=("corticosteroid",)))
    card = prognosis.card(cohort)
    rows = card.table("comparison").values
    assert set(rows["deaths"].dropna()) == {1}
    assert card.notes[0].startswith("No multivariable model is offered with 1 death:")
    assert "nan" not in card.finding + card.caption + card.alt


def test_nothing_shown_is_not_called_absent(sample):
    cohort = sample.select(Selection(where={"patient_id": ("S13", "S03", "S04")}))
    card = prognosis.card(cohort)
    assert "was shown to be associated with death once p is adjusted for their number" in card.finding
    assert card.finding.endswith("Compared: 1 of 3 patients died, 2 healed.")
    assert "no difference" not in card.finding


def test_a_factor_without_variation_says_so(cohort_of):
    cohort = cohort_of({"outcome": ["died", "healed", "healed"], "bmi": [20, 20, 20], "fever": ["yes"] * 3})
    card = prognosis.card(cohort)
    assert card.finding == (
        "No factor varies among the patients, so none could be tested. Compared: 1 of 3 patients died, 2 healed."
    )
    assert card.table("comparison").shown["Test"].str.startswith("not tested").all()
    assert deck([card]).startswith(b"PK")


@pytest.mark.parametrize("fate, words", [("healed", "nobody died"), ("died", "nobody healed")])
def test_without_both_outcomes_there_is_nothing_to_compare(sample, fate, words):
    with pytest.raises(NotEstimable, match=words):
        prognosis.card(sample.select(Selection(where={"outcome": (fate,)})))


def test_nobody_left(sample):
    with pytest.raises(EmptySelection):
        prognosis.card(sample.select(Selection(where={"patient_id": ("nobody",)})))


def test_a_cohort_without_outcome_or_factors(cohort_of):
    with pytest.raises(FieldMissing, match="Outcome"):
        prognosis.card(cohort_of({"bmi": [20, 21]}))
    with pytest.raises(FieldMissing, match="none of them"):
        prognosis.card(cohort_of({"outcome": ["died", "healed"]}))


def test_patients_without_either_outcome_are_counted_out(cohort_of):
    cohort = cohort_of({"outcome": ["died", "healed", "not healed", "healed"], "bmi": [15, 20, 40, 24]})
    result = prognosis.analyse(cohort)
    assert (result.n_died, result.n_healed, result.n_unknown) == (1, 2, 1)
    assert result.tested[0].healed.mean == 22
    assert "left out: 1 patient last seen alive and not healed." in prognosis.card(cohort).caption


def test_who_is_left_out_and_why_stands_in_finding_and_caption(cohort_of):
    outcomes = ["died", "healed", "not healed", "healed", "not healed", ""]
    card = prognosis.card(cohort_of({"outcome": outcomes, "bmi": [15, 20, 40, 24, 22, 21]}))
    who = (
        "Compared: 1 of 3 patients died, 2 healed; left out: 2 patients last seen alive and not healed and 1 patient "
        "without an outcome."
    )
    assert card.finding.endswith(who)
    assert card.caption.startswith(who)


def test_slide_has_one_native_chart_and_one_legend_entry(card):
    slide = Presentation(BytesIO(deck([card]))).slides[0]
    (chart,) = [shape.chart for shape in slide.shapes if shape.has_chart]
    hidden = {int(e.find("{*}idx").get("val")) for e in chart.legend._element.findall("{*}legendEntry")}
    names = [series.name for place, series in enumerate(chart.plots[0].series) if place not in hidden]
    assert names == ["Area under the ROC curve"]
