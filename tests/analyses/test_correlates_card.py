"""The correlates card: the study's four pairs, the deaths beside them, and its edges."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from pptx import Presentation

from iren_core import Selection
from iren_core.analyses import correlates
from iren_core.errors import CohortError, EmptySelection, FieldMissing, NotEstimable
from iren_core.export.powerpoint import deck
from iren_core.wording import number, p_value

PUBLISHED = Path(__file__).parents[1] / "reference" / "published.json"
FACTS = {fact["id"]: fact for fact in json.loads(PUBLISHED.read_text(encoding="utf-8"))["facts"]}


@pytest.fixture(scope="module")
def card(sample):
    return correlates.card(sample)


@pytest.mark.parametrize(
    "place, fact, measure, p",
    [
        (0, "r_bmi", "Pearson's r", "p < 0.001"),
        (
            1,
            "r_bsa",
            "Spearman's rho",
            "p < 0.001",
        ),  # the study prints 0.001, which is what 0.00096 rounds to
        (2, "r_il6", "Spearman's rho", "p = 0.018"),  # printed 0.02
        (3, "r_tnf", "Spearman's rho", "p = 0.042"),  # printed 0.04
    ],
)
def test_defaults_give_the_four_panels_of_figure_4(sample, place, fact, measure, p):
    one = correlates.analyse(sample).associations[place].correlation
    assert number(one.estimate, 2) == number(FACTS[fact]["value"], 2)
    assert (one.effect, one.n, p_value(one.p_value)) == (measure, FACTS[fact]["n"], p)


def test_finding_is_a_whole_sentence(card):
    assert card.finding.startswith(
        "Longer time to re-epithelization was associated with higher epidermal detachment and 3 more of 4 variables. "
        "The first: Spearman's rho = 0.58, 95% CI 0.24 to 0.79, p < 0.001, n = 29; the others: lower body mass index "
        "(Pearson's r = −0.58"
    )
    assert card.finding.endswith(
        "higher acute-phase TNF-α (Spearman's rho = 0.38, 95% CI 0.00 to 0.66, p = 0.042, n = 29)."
    )


def test_what_was_not_shown_is_named_with_its_numbers(sample):
    finding = correlates.card(sample, correlates.Settings(variables=("bmi", "age_years"))).finding
    assert finding.startswith(
        "Longer time to re-epithelization was associated with lower body mass index. Lower"
    )
    assert finding.endswith(
        "Not shown: age (Spearman's rho = 0.10, 95% CI −0.28 to 0.45, p = 0.619, n = 29)."
    )


def test_the_dead_are_shown_and_do_not_count(card):
    crosses = [t for t in card.figure.data if (t.meta["role"], t.meta["group"]) == ("point", "Died unhealed")]
    assert [len(trace.x) for trace in crosses] == [3, 3, 3, 3]
    assert sorted(crosses[0].x) == [14.5, 14.7, 21.3]
    assert card.figure.layout.yaxis.ticktext[-1] == "Died"
    assert card.figure.layout.meta["panels"][0]["y_words"][-1][1] == "Died"
    assert "3 patients died without one" in card.caption
    assert "survivors only" in " ".join(card.notes)


def test_other_choices_stand_beside_the_chosen_one(card):
    row = card.table("choices").shown.set_index("Variable").loc["TNF-α, acute (pg/mL)"]
    assert row["Pearson (straight line)"].endswith("p = 0.182, n = 29")
    assert row["Spearman, deaths ranked slowest"].endswith("n = 32")


def test_deaths_ranked_slowest_share_the_last_rank(cohort_of):
    cohort = cohort_of(
        {
            "reepithelization_days": [10, 14, 20, 30, None, None],
            "bmi": [30, 24, 26, 22, 16, 18],
            "outcome": ["healed"] * 4 + ["died"] * 2,
        }
    )
    one = correlates.analyse(cohort, correlates.Settings(variables=("bmi",), group=None)).associations[0]
    # R: cor(c(30, 24, 26, 22, 16, 18), c(1, 2, 3, 4, 5.5, 5.5), method = "spearman")
    assert one.deaths_last.estimate == pytest.approx(-0.927633657044, abs=1e-9)
    # R: cor(c(30, 24, 26, 22), c(10, 14, 20, 30), method = "spearman")
    assert one.each_method["spearman"].estimate == pytest.approx(-0.8, abs=1e-9)


def test_ranking_holds_every_field_once_with_rising_p(sample, card):
    ranked = card.table("ranking").values
    assert ranked["variable"].is_unique
    assert "Time to re-epithelization (days)" not in set(ranked["variable"])
    assert ranked["p_value"].is_monotonic_increasing
    assert (ranked["p_adjusted"] >= ranked["p_value"]).all()


def test_ranking_tells_what_is_known_early(card):
    known = card.table("ranking").shown.set_index("Field")["Known"]
    assert (known["Body mass index (kg/m²)"], known["Length of stay (days)"]) == ("early", "later")
    assert known["Interleukin-6, recovery (pg/mL)"] == "later"


def test_a_weak_correlation_is_not_called_absent(sample):
    card = correlates.card(sample, correlates.Settings(variables=("age_years", "scorten")))
    assert card.finding.startswith(
        "Time to re-epithelization was not shown to be associated with SCORTEN or age. SCORTEN (Spearman's rho"
    )
    assert "no correlation" not in card.finding


def test_any_pair_can_be_asked(sample):
    settings = correlates.Settings("crp_mg_l_acute", ("albumin_g_l",), "kendall", "diagnosis")
    card = correlates.card(sample, settings)
    assert "Kendall's tau-b" in card.finding
    assert not any(trace.meta["group"].startswith("Died") for trace in card.figure.data)
    assert set(card.table("by_group").values["group"]) == {"SJS", "TEN"}
    assert "deaths" not in " ".join(card.table("choices").shown.columns)


def test_line_is_straight_for_pearson_only(sample):
    result = correlates.analyse(sample)
    assert [one.line.method for one in result.associations] == ["least-squares line"] + [
        "isotonic regression"
    ] * 3
    detachment = result.associations[1].line
    assert np.all(np.diff(detachment.fit) >= 0)


def test_reader_sees_why_a_measure_was_chosen(sample):
    assert "Shapiro-Wilk" in correlates.card(sample, correlates.Settings(method="auto")).methods
    assert "study's Figure 4" in correlates.card(sample).methods


def test_code_repeats_a_changed_setting(sample):
    code = correlates.card(sample, correlates.Settings(method="kendall")).code
    assert "correlates.card(cohort, correlates.Settings(method='kendall'))" in code


def test_two_patients_give_a_sentence_not_a_number(sample):
    two = sample.select(Selection(where={"patient_id": ("S01", "S02")}))
    card = correlates.card(two)
    assert card.finding.startswith("Body mass index: There are 2.")
    assert "nan" not in card.finding + card.caption + card.alt
    assert deck([card]).startswith(b"PK")


def test_only_deaths_left(sample):
    with pytest.raises(FieldMissing, match="Time to re-epithelization"):
        correlates.card(sample.select(Selection(where={"outcome": ("died",)})))


def test_nobody_left(sample):
    nobody = sample.select(Selection(where={"patient_id": ("nobody",)}))
    with pytest.raises(EmptySelection):
        correlates.card(nobody)


@pytest.mark.parametrize("variables", [(), ("reepithelization_days",)])
def test_one_field_alone_is_no_pair(sample, variables):
    with pytest.raises(NotEstimable, match="two different fields"):
        correlates.card(sample, correlates.Settings(variables=variables))


def test_words_cannot_be_correlated(sample):
    with pytest.raises(CohortError, match="does not hold numbers"):
        correlates.card(sample, correlates.Settings(variables=("sex",)))


def test_a_cohort_without_arm_or_outcome(cohort_of):
    cohort = cohort_of({"reepithelization_days": [10, 14, 20, 30, 25], "bmi": [30, 24, 26, 22, None]})
    card = correlates.card(cohort, correlates.Settings(method="pearson"))
    # R: cor(c(10, 14, 20, 30), c(30, 24, 26, 22))
    assert card.table("pairs").values["estimate"][0] == pytest.approx(-0.796546984681, abs=1e-9)
    assert "4 of 5" in card.table("pairs").shown["Patients"][0]


def test_a_patient_without_a_group_keeps_a_point(cohort_of):
    cohort = cohort_of(
        {
            "reepithelization_days": [10, 14, 20, 30],
            "bmi": [30, 24, 26, 22],
            "arm": ["combination", "corticosteroid", "combination", None],
        }
    )
    card = correlates.card(cohort)
    assert sum(len(trace.x) for trace in card.figure.data if trace.meta["role"] == "point") == 4
    assert "Group not recorded" in {trace.meta["group"] for trace in card.figure.data}


def test_slide_has_a_native_chart_a_panel_and_no_identifier(card):
    slide = Presentation(BytesIO(deck([card]))).slides[0]
    charts = [shape.chart for shape in slide.shapes if shape.has_chart]
    assert len(charts) == 4
    names = {series.name for series in charts[0].plots[0].series}
    assert {"Corticosteroids alone", "Died unhealed", "Straight line with 95% band"} <= names
    book = openpyxl.load_workbook(BytesIO(charts[0].part.chart_workbook.xlsx_part.blob))
    cells = [cell for row in book.active.iter_rows(values_only=True) for cell in row]
    assert 14.5 in cells
    assert "S12" not in cells


def test_the_strip_of_deaths_and_unknowns_says_both_on_page_and_slide(cohort_of):
    cohort = cohort_of(
        {
            "outcome": ["healed"] * 6 + ["died", "censored"],
            "reepithelization_days": [12, 14, 18, 21, 25, 30, None, None],
            "bmi": [25, 24, 23, 22, 21, 20, 17, 19],
        }
    )
    card = correlates.card(cohort, correlates.Settings(variables=("bmi",), group=None))
    assert card.figure.layout.yaxis.ticktext[-1] == "Died or no value"
    chart = next(
        shape for shape in Presentation(BytesIO(deck([card]))).slides[0].shapes if shape.has_chart
    ).chart
    words = next(series for series in chart.plots[0].series if series.name == "Words of the axis")
    last = len(list(words.iter_values())) - 1
    assert words.points[last].data_label.text_frame.text == "Died or no value"
