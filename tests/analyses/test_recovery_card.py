"""The recovery card: pairs, the reasons why a pair is not complete, and its edges."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from iren_core import Selection
from iren_core.analyses import recovery
from iren_core.errors import FieldMissing
from iren_core.schema import MARKERS

PAIRED = [
    fact
    for fact in json.loads((Path(__file__).parents[1] / "reference" / "published.json").read_text())["facts"]
    if fact["id"].startswith("paired_")
]
MARKER_OF_FIGURE = {
    "5A": "crp_mg_l", "5B": "ferritin_ng_ml", "5C": "il6_pg_ml", "5D": "tnfa_pg_ml",
    "6A": "cd3_cells_ul", "6B": "cd4_cells_ul", "6C": "cd8_cells_ul", "6D": "nk_cells_ul",
}  # fmt: skip


@pytest.fixture
def gaps(cohort_of):
    """Six patients: two whole pairs, and one gap of each kind."""
    return cohort_of(
        {
            "patient_id": ["a", "b", "c", "d", "e", "f"],
            "arm": ["combination"] * 6,
            "sex": ["female", "male"] * 3,
            "outcome": ["healed", "healed", "died", "healed", "healed", "healed"],
            "il6_pg_ml_acute": ["30", "20", "50", "40", "60", None],
            "il6_pg_ml_recovery": ["5", "8", None, None, "<1.5", "9"],
        }
    )


def test_ledger_counts_every_reason(gaps):
    result = recovery.analyse(gaps, recovery.Settings(marker="il6_pg_ml"))
    ledger = {(gap.phase, gap.reason): count for gap, count in result.groups[0].ledger.items()}
    assert ledger == {
        ("recovery", "died"): 1,
        ("recovery", "not drawn or not recorded"): 1,
        ("recovery", "beyond the assay's limit"): 1,
        ("acute", "not drawn or not recorded"): 1,
    }
    assert result.incomplete["patient"].tolist() == ["c", "d", "e", "f"]
    assert result.incomplete["row"].tolist() == [4, 5, 6, 7]


def test_incomplete_pairs_are_not_drawn(gaps):
    card = recovery.card(gaps, recovery.Settings(marker="il6_pg_ml"))
    pairs = [trace for trace in card.figure.data if trace.meta["role"] == "pair"]
    assert sorted(tuple(trace.y) for trace in pairs) == [(20.0, 8.0), (30.0, 5.0)]
    assert card.caption.startswith(
        "2 of 6 patients have both values as numbers; 3 lack one and are not drawn, nor is 1 with a value"
    )


@pytest.mark.parametrize("marker", MARKERS, ids=lambda marker: marker.short)
def test_every_marker_of_the_sample_has_a_card(sample, marker):
    card = recovery.card(sample, recovery.Settings(marker=marker.key, deceased="counted"))
    frame = sample.frame[[marker.acute, marker.recovery]].dropna()
    drawn = sum(trace.meta["role"] == "pair" for trace in card.figure.data)
    assert drawn == len(frame)
    assert marker.label.lower() in card.finding.lower()


def test_table_holds_the_medians_of_the_pairs(sample):
    card = recovery.card(sample, recovery.Settings(marker="ferritin_ng_ml", deceased="counted"))
    row = card.table("changes").values.iloc[0]
    arm = sample.frame[sample.frame["arm"] == "combination"]
    pairs = arm[["ferritin_ng_ml_acute", "ferritin_ng_ml_recovery"]].dropna()
    assert row["pairs"] == len(pairs)
    assert row["acute_median"] == pytest.approx(np.median(pairs["ferritin_ng_ml_acute"]))


def test_changes_are_compared_between_the_arms(sample):
    # R 4.2.2 on the changes of the sample, combination (x) and corticosteroids alone (y): dd <- sort(outer(x, y, "-"));
    # k <- qwilcox(0.025, 14, 18); median(dd), dd[k], dd[253 - k]. p: every deal of rank(c(x, y)) counted, |T - E|
    settings = recovery.Settings(marker="cd4_cells_ul", deceased="counted")
    row = recovery.card(sample, settings).table("between").values.iloc[0]
    assert (row["estimate"], row["low"], row["high"]) == pytest.approx((200, 26, 512), rel=1e-9)
    assert row["p_value"] == pytest.approx(0.026830812098195385, rel=1e-9)
    assert row["pairs"] == "14, 18"
    assert "departed from a normal distribution" in row["reason"]


def test_means_of_changes_where_the_reader_asks_for_them(sample):
    # R 4.2.2 on the same: t.test(x, y)
    settings = recovery.Settings(marker="cd4_cells_ul", test="paired-t", deceased="counted")
    row = recovery.card(sample, settings).table("between").values.iloc[0]
    expected = (319.88095238095241, 44.665622428363285, 595.09628233354158, 0.025348606302149898)
    assert tuple(row[["estimate", "low", "high", "p_value"]]) == pytest.approx(expected, rel=1e-9)


def test_one_arm_alone_says_why_changes_are_not_compared(sample):
    card = recovery.card(sample.select(Selection(arm=("combination",))))
    assert card.table("between").shown["Test"][0].startswith("not compared: only the group")
    assert "Between groups" not in card.finding


@pytest.mark.parametrize("test", recovery.TESTS)
def test_three_groups_are_compared_at_once(cohort_of, test):
    values = {
        "crp_mg_l_acute": [30, 40, 52, 25, 61, 33, 47, 38, 29],
        "crp_mg_l_recovery": [5, 9, 3, 8, 4, 6, 2, 7, 1],
    }
    card = recovery.card(
        cohort_of({"diagnosis": ["SJS", "overlap", "TEN"] * 3, **values}),
        recovery.Settings(group="diagnosis", test=test),
    )
    assert "Between groups the changes were not shown to differ" in card.finding


def test_log_axis_changes_the_picture_not_the_test(sample):
    linear = recovery.analyse(sample, recovery.Settings(log_scale=False)).groups[0].comparison
    log = recovery.analyse(sample, recovery.Settings(log_scale=True)).groups[0].comparison
    assert (linear.method, linear.p_value) == (log.method, log.p_value)


def test_reader_may_overrule_the_choice_of_test(sample):
    chosen = recovery.analyse(sample, recovery.Settings(test="paired-t")).groups[0].comparison
    assert chosen.method.lower().startswith("paired t")
    assert "chose" in chosen.reason


def test_no_change_shown_is_not_no_change(sample):
    findings = [recovery.card(sample, recovery.Settings(marker=marker.key)).finding for marker in MARKERS]
    assert not any("no change" in finding or "no difference" in finding for finding in findings)


def test_a_marker_the_cohort_lacks_is_named(cohort_of):
    cohort = cohort_of({"arm": ["combination", "corticosteroid"], "outcome": ["healed", "died"]})
    with pytest.raises(FieldMissing, match="C-reactive protein, acute"):
        recovery.card(cohort)


def test_one_patient_is_drawn_without_a_test(sample):
    one = sample.select(Selection(arm=("combination",), diagnosis=("TEN",))).frame.index[0]
    card = recovery.card(
        sample.select(Selection(where={"patient_id": (sample.frame.loc[one, "patient_id"],)}))
    )
    assert "p =" not in card.finding


@pytest.fixture(scope="module")
def grid(sample):
    return recovery.card(sample, recovery.Settings(view="all markers"))


def test_all_markers_stand_in_one_picture_with_the_numbers_of_each(sample, grid):
    titles = [panel["title"] for panel in grid.figure.layout.meta["panels"]]
    assert titles == [f"{marker.short} ({marker.unit})" for marker in MARKERS]
    every, between = grid.table("every_marker").values, grid.table("every_between").values
    for place, marker in enumerate(MARKERS):
        alone = recovery.card(sample, recovery.Settings(marker=marker.key))
        assert every[every["marker"] == marker.label]["p_value"].tolist() == (
            alone.table("changes").values["p_value"].tolist()
        )
        assert between["p_value"][place] == alone.table("between").values["p_value"][0]


def test_the_finding_of_all_markers_begins_short_and_counts_what_it_names(grid):
    first = grid.finding.split(". ")[0]
    p_values = grid.table("every_marker").values["p_value"]
    assert first == f"{(p_values < 0.05).sum()} of {len(p_values)} changes of 8 markers had p < 0.05"
    assert "not adjusted" in grid.finding


def test_all_markers_are_those_that_the_cohort_has(gaps):
    card = recovery.card(gaps, recovery.Settings(view="all markers"))
    assert [panel["title"] for panel in card.figure.layout.meta["panels"]] == ["IL-6 (pg/mL)"]
    assert "'all markers'" in card.code or '"all markers"' in card.code


def test_all_markers_of_a_cohort_without_any_is_a_sentence(cohort_of):
    bare = cohort_of({"patient_id": ["a", "b"], "arm": ["combination", "corticosteroid"]})
    with pytest.raises(FieldMissing):
        recovery.card(bare, recovery.Settings(view="all markers"))


# R 4.2.2 on the sample, x with TNF inhibitor and y with corticosteroids alone, p <- 100 * (recovery - acute) / acute:
# wilcox.test(x, conf.int = TRUE, exact = TRUE); the same of y; wilcox.test(x, y, conf.int = TRUE, exact = TRUE)
WILCOXON_OF_PERCENT = {
    "crp_mg_l": (
        (-76.502206611454824, -85.210295040803516, -43.466492325740546, 3.6621093750000016e-04),
        (-78.923796791443849, -83.046336250352866, -73.081046312178387, 1.5258789062500003e-05),
        (0.61317267170686307, -8.32719233603536679, 12.20032624277074262, 0.89575124576930554),
    ),
    "cd8_cells_ul": (
        (47.1116082525478532, 12.4003750586029061, 81.0683760683760681, 0.0052490234375000017),
        (9.108695652173913970, -0.662845345141398035, 19.324589883800410206, 0.066535949707031264),
        (37.676240147596622876, 3.213594783730206128, 71.838612016767569912, 0.024749798275734796),
    ),
}
# t.test(x); t.test(y); t.test(x, y)
T_OF_PERCENT = {
    "crp_mg_l": (
        (-67.568557931923749, -85.683002500121432, -49.454113363726051, 2.0648814313901319e-06),
        (-74.591037131779302, -85.726842236595886, -63.455232026962719, 7.9403358093061546e-11),
        (7.02247919985555313, -13.49210224148429127, 27.53706064119539576, 0.48569863069300045),
    ),
    "cd8_cells_ul": (
        (48.1104392388715496, 16.9969503315886037, 79.2239281461545062, 0.0053164045549550813),
        (8.888755290513836727, -1.380567974056214675, 19.158078555083886130, 0.085438650738021704),
        (39.221683948357714655, 6.991144280638682318, 71.452223616076736334, 0.020156450342794476),
    ),
}


@pytest.mark.parametrize("marker", WILCOXON_OF_PERCENT)
@pytest.mark.parametrize(("test", "witness"), [("wilcoxon", WILCOXON_OF_PERCENT), ("paired-t", T_OF_PERCENT)])
def test_percent_changes_are_those_of_r(sample, marker, test, witness):
    settings = recovery.Settings(marker=marker, test=test, change="percent", deceased="counted")
    card = recovery.card(sample, settings)
    within = card.table("changes").values[["change", "change_low", "change_high", "p_value"]]
    between = card.table("between").values[["estimate", "low", "high", "p_value"]]
    for found, expected in zip([*within.to_numpy(), *between.to_numpy()], witness[marker], strict=True):
        assert found == pytest.approx(expected, rel=1e-9)


def test_percent_leaves_medians_in_the_markers_unit_and_says_what_it_tests(sample):
    usual = recovery.card(sample)
    card = recovery.card(sample, recovery.Settings(change="percent"))
    for column in ("acute_median", "recovery_median", "acute_q1", "recovery_q3"):
        assert card.table("changes").values[column].tolist() == usual.table("changes").values[column].tolist()
    assert "percent change" in card.finding
    assert "percentage points" in card.finding
    assert "percent of each patient's acute value" in card.methods
    assert 'change="percent"' in card.code.replace("'", '"')


def test_of_an_acute_value_of_nought_there_is_no_percentage_and_it_is_counted(cohort_of):
    cohort = cohort_of(
        {
            "patient_id": list("abcde"),
            "arm": ["combination"] * 5,
            "il6_pg_ml_acute": ["0", "20", "50", "40", "60"],
            "il6_pg_ml_recovery": ["5", "10", "20", "44", "12"],
        }
    )
    result = recovery.analyse(cohort, recovery.Settings(marker="il6_pg_ml", change="percent"))
    assert result.groups[0].patients == ("b", "c", "d", "e")
    assert result.changes(result.groups[0]).tolist() == [-50, -60, 10, -80]
    assert result.incomplete["patient"].tolist() == ["a"]
    card = recovery.card(cohort, recovery.Settings(marker="il6_pg_ml", change="percent"))
    assert card.table("ledger").values["Acute value 0, of which there is no percentage"].tolist() == [1]
    assert recovery.analyse(cohort, recovery.Settings(marker="il6_pg_ml")).groups[0].comparison.n_pairs == 5


@pytest.mark.parametrize("group", ["arm", "diagnosis", "sex"])
@pytest.mark.parametrize("marker", MARKERS, ids=lambda marker: marker.short)
def test_the_finding_begins_with_a_short_sentence(sample, marker, group):
    card = recovery.card(sample, recovery.Settings(marker=marker.key, group=group))
    assert len(card.finding.split(". ")[0]) < 110
    assert "cells was" not in card.finding + card.methods


def test_the_first_sentence_counts_the_groups_that_changed(sample):
    firsts = {
        marker: recovery.card(sample, recovery.Settings(marker=marker)).finding.split(". ")[0]
        for marker in ("crp_mg_l", "cd4_cells_ul")
    }
    assert firsts == {
        "crp_mg_l": "C-reactive protein fell in both groups",
        "cd4_cells_ul": "CD4+ T cells rose in one of two groups",
    }
    alone = sample.select(Selection(arm=("corticosteroid",)))
    finding = recovery.card(alone, recovery.Settings(marker="cd4_cells_ul")).finding
    assert finding.startswith("CD4+ T cells were not shown to change in the group tested.")


@pytest.mark.parametrize("view", recovery.VIEWS)
def test_groups_known_only_later_are_said_to_be(sample, view):
    later = recovery.card(sample, recovery.Settings(group="outcome", view=view))
    assert any("condition on the future" in note for note in later.notes)
    early = recovery.card(sample, recovery.Settings(group="sex", view=view))
    assert not any("condition on the future" in note for note in early.notes)


@pytest.mark.parametrize("name", [fact["id"] for fact in PAIRED], ids=str)
def test_the_default_is_what_the_study_compared(sample, name):
    # Figures 5 and 6 of the study: 12 and 17 patients who healed, each direction and whether p is below 0.05.
    printed = next(fact for fact in PAIRED if fact["id"] == name)
    key = MARKER_OF_FIGURE[name.removeprefix("paired_").removesuffix("_k")]
    test = "paired-t" if "t-test" in printed["test"] else "wilcoxon"
    result = recovery.analyse(sample, recovery.Settings(marker=key, test=test))
    comparison = result.groups[name.endswith("_k")].comparison
    assert comparison.n_pairs == printed["n"]
    rises = printed["value"].startswith(("increase", "upward"))
    assert (comparison.estimate > 0) == rises
    assert (comparison.p_value < 0.05) == ("p<0.05" in printed["value"])


def test_pairs_of_patients_who_died_are_told_with_the_other_choice(sample):
    left_out, counted = (
        recovery.card(sample, recovery.Settings(deceased=rule)) for rule in recovery.DECEASED
    )
    assert left_out.finding.endswith("Left out: 3 pairs of patients who died.")
    assert "Left out" not in counted.finding
    assert left_out.notes[0].startswith(
        "3 pairs of patients who died, with the last sample before death as second value, are left out, as in the "
        "study. Counting such pairs gives, with corticosteroids + TNF inhibitor typical change "
    )
    for row in counted.table("changes").values["p_value"]:
        assert (f"p = {row:.3f}" if row >= 0.001 else "p < 0.001") in left_out.notes[0]
    assert "nor are 3 whose second sample is the last before death" in left_out.caption
    assert left_out.table("ledger").values["No recovery value: last sample before death"].tolist() == [2, 1]
    assert "the study compared only those who healed. Leaving such pairs out gives" in counted.notes[0]


def test_percent_is_drawn_in_percent_of_the_acute_value(sample):
    card = recovery.card(sample, recovery.Settings(change="percent", ranges=(("crp_mg_l", None, 5.0),)))
    assert card.figure.layout.meta["panels"][0]["y_title"] == "C-reactive protein (% of acute)"
    pairs = card.table("pairs").values
    drawn = [tuple(trace.y) for trace in card.figure.data if trace.meta["role"] == "pair"]
    assert {acute for acute, _ in drawn} == {100.0}
    assert sorted(recovered for _, recovered in drawn) == pytest.approx(sorted(100 + pairs["change"]))
    assert "Shaded" not in card.caption
