"""The mortality card against the study's Figure 3 and its own arithmetic, and its edges."""

from __future__ import annotations

import math

import pytest

from iren_core import Selection
from iren_core.analyses import mortality
from iren_core.errors import FieldMissing
from iren_core.share_safe import share_safe

COMBINATION = "Corticosteroids + TNF inhibitor"
ALONE = "Corticosteroids alone"

# Results 3.3.2: predicted mortality in %, median (quartiles), and observed deaths / patients.
PRINTED = {
    ("All patients", "All"): ((32, 12, 55), (3, 32)),
    ("All patients", COMBINATION): ((32, 32, 68), (2, 14)),
    ("All patients", ALONE): ((12, 12, 32), (1, 18)),
    ("SJS", COMBINATION): ((32, 22, 32), (0, 9)),
    ("SJS", ALONE): ((12, 12, 12), (0, 12)),
    ("TEN", COMBINATION): ((85, 62, 90), (2, 5)),
    ("TEN", ALONE): ((32, 32, 62), (1, 6)),
}


def percent(risk: float) -> int:
    return math.floor(100 * risk + 0.5)


def test_predicted_and_observed_are_those_printed(sample):
    found = {}
    for panel in mortality.analyse(sample).panels:
        for group in (panel.everybody, *panel.groups):
            n = group.numbers
            predicted = tuple(percent(risk) for risk in (n.median_risk, n.risk_q1, n.risk_q3))
            found[panel.title, group.label] = (predicted, (n.observed, n.n))
    assert {key: found[key] for key in PRINTED} == PRINTED


def test_expected_deaths_are_the_sum_of_the_risks(sample):
    # Bastuji-Garin 2000: logit = -4.448 + 1.237 SCORTEN.
    risks = [1 / (1 + math.exp(4.448 - 1.237 * score)) for score in sample.frame["scorten"]]
    whole = mortality.analyse(sample).panels[0].everybody.numbers
    assert whole.expected == pytest.approx(sum(risks), rel=1e-12)


def test_finding_is_a_whole_sentence(sample):
    finding = mortality.card(sample).finding
    assert finding.startswith(
        "3 of 32 patients died within 56 days (9%, 95% CI 2 to 25%) where SCORTEN predicts "
    )
    assert (
        "standardised mortality ratio 0.27 (95% CI 0.06 to 0.80), exact Poisson-binomial p < 0.001."
        in finding
    )


def test_why_the_two_views_differ_is_said(sample):
    assert any(
        "The study sets the median predicted risk (32%)" in note for note in mortality.card(sample).notes
    )


def test_missing_scorten_stays_missing_and_is_counted(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination", "combination", "corticosteroid", "corticosteroid"],
            "scorten": [3, None, 2, 2],
            "outcome": ["died", "healed", "healed", "healed"],
            "death_day": [9, None, None, None],
        }
    )
    whole = mortality.analyse(cohort).panels[0].everybody
    assert (whole.n, whole.n_without_scorten, whole.numbers.n) == (4, 1, 3)
    assert "1 patient without SCORTEN: left out, never counted as zero." in mortality.card(cohort).notes


def test_a_late_death_is_not_an_acute_one(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination", "combination", "corticosteroid", "corticosteroid"],
            "scorten": [3, 3, 2, 2],
            "outcome": ["died", "died", "healed", "healed"],
            "death_day": [9, 70, None, None],
        }
    )
    result = mortality.analyse(cohort)
    assert result.panels[0].everybody.numbers.observed == 1
    assert result.n_late == 1


def test_nobody_dead_is_said_not_tested(sample):
    table = mortality.card(sample.select(Selection(diagnosis=("SJS",)))).table("between_groups").shown
    assert table["Deaths"].tolist() == ["not compared: nobody died in any group"]


def test_the_two_views_draw_different_heights(sample):
    deaths = mortality.card(sample).figure
    study = mortality.card(sample, mortality.Settings(view="the study's figure")).figure
    heights = [
        next(trace.y[0] for trace in figure.data if trace.meta["role"] == "predicted")
        for figure in (deaths, study)
    ]
    whole = mortality.analyse(sample).panels[0].everybody.numbers
    assert heights == pytest.approx([whole.expected, whole.median_risk])


def test_without_scorten_a_sentence_names_it(cohort_of):
    with pytest.raises(FieldMissing, match="SCORTEN"):
        mortality.card(cohort_of({"arm": ["combination", "corticosteroid"], "outcome": ["healed", "died"]}))


def test_counts_in_the_notes_are_of_patients_who_count(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination", "combination", "corticosteroid", "corticosteroid"],
            "scorten": [3, None, 2, 2],
            "outcome": ["healed", "died", "healed", "healed"],
            "death_day": [None, 90, None, None],
        }
    )
    assert mortality.analyse(cohort).n_late == 0


def test_an_interval_that_holds_one_beside_a_small_p_is_explained(sample):
    numbers = mortality.analyse(sample).panels[0].groups[0].numbers
    assert numbers.low <= 1 <= numbers.high
    assert numbers.p_value < 0.05
    assert any("holds 1 by Poisson's law for rare deaths" in note for note in mortality.card(sample).notes)


@pytest.mark.parametrize("view", ["expected deaths", "the study's figure", "by score", "ratios"])
def test_an_item_that_nobody_has_is_named_in_place_of_empty_axes(cohort_of, view):
    cohort = cohort_of(
        {
            "arm": ["combination", "corticosteroid"] * 3,
            "outcome": ["died"] + ["healed"] * 5,
            "scorten": [3] * 6,
            "age_years": [50] * 6,
        }
    )
    card = mortality.card(cohort, mortality.Settings(score="recomputed", view=view))
    sentence = "No patient has a whole SCORTEN with an outcome: malignancy, heart rate, "
    assert card.finding.startswith(sentence)
    assert "are recorded for nobody." in card.finding
    assert card.figure.layout.meta["panels"][0]["empty_message"].startswith(sentence)


def test_an_interval_that_holds_1_beside_a_small_p_is_explained_in_the_finding(cohort_of):
    # R 4.2.2: SCORTEN 4 of 10 patients, P = 0.6225, 2 died: SMR 2/6.225 = 0.32 (0.04 to 1.16); pbinom(2, 10, P) * 2 =
    # 0.01645
    cohort = cohort_of(
        {
            "arm": ["combination", "corticosteroid"] * 5,
            "outcome": ["died"] * 2 + ["healed"] * 8,
            "scorten": [4] * 10,
            "death_day": [10, 12] + [None] * 8,
        }
    )
    finding = mortality.card(cohort).finding
    assert "0.32 (95% CI 0.04 to 1.16), exact Poisson-binomial p = 0.016" in finding
    assert "(0.04 to 1.16 holds 1 by Poisson's law for rare deaths, p = 0.016 by the exact test)" in finding


def test_the_dead_without_a_score_are_named_and_shared_without_names_or_number(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination", "corticosteroid"] * 6,
            "outcome": ["died"] * 3 + ["healed"] * 9,
            "scorten": [None, None] + [4] * 10,
        }
    )
    names = cohort.frame["patient_id"].astype(str).tolist()[:2]
    card = mortality.card(cohort)
    said = "Dead by outcome but without SCORTEN, and so not among the deaths here: "
    assert f"{said}patient {names[0]} and patient {names[1]}. Look these rows up." in card.notes
    shared = share_safe(card, cohort.frame["patient_id"])
    assert f"{said}patients not named. Look these rows up." in shared.notes
