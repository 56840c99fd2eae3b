"""Day zero, late entry and landmark of the healing analysis: by hand, against the crude answer, and in words."""

from __future__ import annotations

import numpy as np
import pytest

from iren_core import Selection
from iren_core.analyses import healing
from iren_core.errors import FieldMissing

COMBINATION = "Corticosteroids + TNF inhibitor"
ALONE = "Corticosteroids alone"
# Steroid day 0; onset 4, 3, 5 and 2 days before it, TNF inhibitor 2 and 6 days after; healed on 10, 12, 8 and 5.
FOUR = {
    "patient_id": ["a", "b", "c", "d"],
    "arm": ["combination", "combination", "corticosteroid", "corticosteroid"],
    "tnfi_drug": ["etanercept", "etanercept", None, None],
    "tnfi_start_day": [2, 6, None, None],
    "date_onset": ["2023-03-01", "2023-03-02", "2023-03-05", None],
    "date_steroid_start": ["2023-03-05", "2023-03-05", "2023-03-10", "2023-03-10"],
    "reepithelization_days": [10, 12, 8, 5],
    "outcome": ["healed"] * 4,
}


def days_by_patient(cohort, **settings):
    patients = healing.analyse(cohort, healing.Settings(panels=None, **settings)).first.patients
    entry = patients.entry if patients.entry is not None else np.zeros(len(patients.days))
    rows = zip(patients.rows["patient_id"], patients.days, entry, patients.group, strict=True)
    return {name: (day, start, group) for name, day, start, group in rows}


def test_days_from_the_onset_by_hand(cohort_of):
    cohort = cohort_of(FOUR)
    found = days_by_patient(cohort, time_zero="onset")
    assert {name: day for name, (day, _, _) in found.items()} == {"a": 14, "b": 15, "c": 13}
    note = next(
        n for n in healing.card(cohort, healing.Settings(time_zero="onset")).notes if n.startswith("Left out")
    )
    assert note == "Left out of the curves: 1 without the day from which is counted."


def test_without_a_first_steroid_the_other_days_zero_are_named(cohort_of):
    dates = {"date_onset": ["2023-03-01"], "date_healing": ["2023-03-20"], "outcome": ["healed"]}
    with pytest.raises(FieldMissing, match="counted from the onset of the rash: choose that"):
        healing.card(cohort_of({"patient_id": ["a"]} | dates))
    with pytest.raises(FieldMissing) as refused:
        healing.card(cohort_of({"patient_id": ["a"], "date_healing": ["2023-03-20"]}))
    assert "Day 0" not in str(refused.value)


def test_late_entry_is_the_day_on_which_the_treatment_of_the_arm_began(cohort_of):
    found = days_by_patient(cohort_of(FOUR), time_zero="onset", counted_from="start of treatment")
    # a: TNF inhibitor 4 + 2 days after onset; b: 3 + 6; c: steroid 5 days after onset.
    assert found == {"a": (14, 6, COMBINATION), "b": (15, 9, COMBINATION), "c": (13, 5, ALONE)}


def test_at_the_landmark_an_arm_is_what_had_begun_by_then(cohort_of):
    cohort = cohort_of(FOUR)
    found = days_by_patient(cohort, counted_from="landmark", landmark_day=5)
    # b had no TNF inhibitor on day 5; d healed on that day.
    assert {name: group for name, (_, _, group) in found.items()} == {
        "a": COMBINATION,
        "b": ALONE,
        "c": ALONE,
    }
    notes = healing.card(cohort, healing.Settings(counted_from="landmark", landmark_day=5)).notes
    assert any(
        note.startswith("1 patient whose TNF inhibitor began after the landmark count") for note in notes
    )
    assert "Left out of the curves: 1 healed, dead or last seen by the landmark." in notes


def test_from_the_first_tnf_inhibitor_there_is_one_arm_and_it_says_so(sample):
    card = healing.card(sample, healing.Settings(time_zero="first TNF inhibitor"))
    assert card.notes[0].startswith("Only patients who had a TNF inhibitor have a first dose to count from")
    assert any("18 never had a TNF inhibitor" in note for note in card.notes)
    patients = healing.analyse(sample, healing.Settings(time_zero="first TNF inhibitor")).first.patients
    rows = patients.rows
    assert set(rows["arm"]) == {"combination"}
    assert patients.days.tolist() == (rows["reepithelization_days"] - rows["tnfi_start_day"]).tolist()


def test_healed_before_the_first_tnf_inhibitor_is_left_out_and_said(cohort_of):
    cohort = cohort_of(FOUR | {"reepithelization_days": [10, 5, 8, 5]})
    card = healing.card(cohort, healing.Settings(time_zero="first TNF inhibitor"))
    assert any("1 healed, dead or last seen before the day from which is counted" in n for n in card.notes)


def test_dates_alone_will_do_where_the_first_steroid_is_not_dated(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination", "corticosteroid"],
            "date_admission": ["2023-03-01", "2023-03-02"],
            "date_healing": ["2023-03-15", "2023-03-20"],
        }
    )
    panel = healing.analyse(cohort, healing.Settings(time_zero="admission", panels=None)).first
    assert panel.patients.days.tolist() == [14, 18]


def test_without_the_dates_a_sentence_names_them(cohort_of):
    cohort = cohort_of({"arm": ["combination", "corticosteroid"], "reepithelization_days": [10, 20]})
    with pytest.raises(FieldMissing, match="both the date of onset and the date of first steroid dose"):
        healing.card(cohort, healing.Settings(time_zero="onset"))
    with pytest.raises(FieldMissing, match="Day of first TNF inhibitor"):
        healing.card(cohort, healing.Settings(time_zero="first TNF inhibitor"))


def test_immortal_time_is_told_with_the_delay_and_what_it_does(sample):
    note = next(
        n for n in healing.card(sample, healing.Settings(time_zero="onset")).notes if n.startswith("Immortal")
    )
    healed = sample.frame[sample.frame["reepithelization_days"].notna()]
    waited = (healed["date_steroid_start"] - healed["date_onset"]).dt.days + healed["tnfi_start_day"].fillna(
        0
    )
    for arm in ("combination", "corticosteroid"):
        own = waited[healed["arm"] == arm]
        assert f"a median of {own.median():g} days (range {own.min():g} to {own.max():g}) later" in note
    assert "from the start of treatment (late entry): half healed by" in note
    assert note.endswith(
        "To take these days out, let patients count from the start of treatment or from a landmark."
    )


def test_a_remedy_stands_in_the_caption_the_methods_and_the_provenance(sample):
    late = healing.card(sample, healing.Settings(time_zero="onset", counted_from="start of treatment"))
    assert "(late entry)" in late.caption
    assert "left truncation" in late.methods
    assert "day zero: onset and counted from: start of treatment" in late.provenance
    assert "time_zero='onset', counted_from='start of treatment'" in late.code
    landmark = healing.card(sample, healing.Settings(counted_from="landmark", landmark_day=10))
    assert "The curves begin on the landmark, day 10" in landmark.caption
    assert "counted from: landmark on day 10" in landmark.provenance
    assert landmark.finding.startswith("Half of those who healed after day 10 had healed by")
    starts = {trace.x[0] for trace in landmark.figure.data if trace.meta["role"] == "estimate"}
    assert starts == {10}


def test_where_no_group_waits_nothing_is_said_of_immortal_time(sample):
    by_sex = healing.card(sample, healing.Settings(group="sex", time_zero="onset"))
    assert not any("mmortal" in note for note in by_sex.notes)
    known_later = healing.card(sample, healing.Settings(group="hospital_days>=20"))
    assert any("becomes known only after day 0" in note for note in known_later.notes)


def test_grays_test_has_no_late_entry_and_says_so(sample):
    settings = healing.Settings(
        time_zero="onset", counted_from="start of treatment", deaths="competing event"
    )
    card = healing.card(sample, settings)
    assert card.notes[0].endswith("Count from a landmark instead, or censor the dead.")


def test_landmark_on_day_zero_is_the_crude_analysis(sample):
    crude = healing.analyse(sample).first
    landmark = healing.analyse(sample, healing.Settings(counted_from="landmark", landmark_day=2)).first
    # Nobody heals in the first two days, and every TNF inhibitor has begun by then.
    assert landmark.test.statistic == crude.test.statistic
    assert landmark.difference.estimate == crude.difference.estimate


def test_all_who_entered_first_may_heal_before_others_enter(cohort_of):
    cohort = cohort_of(
        {
            "arm": ["combination"] * 3 + ["corticosteroid"] * 3,
            "tnfi_start_day": [1, 6, 7, None, None, None],
            "reepithelization_days": [4, 12, 14, 10, 15, 20],
        }
    )
    notes = healing.card(cohort, healing.Settings(counted_from="start of treatment")).notes
    assert any(note.startswith("On day 4 all 1 patient at risk") for note in notes)


@pytest.mark.parametrize("fewest", [2, 5])
def test_a_curve_is_cut_where_few_remain_and_nothing_else_changes(sample, fewest):
    whole = healing.card(sample)
    cut = healing.card(sample, healing.Settings(fewest_at_risk=fewest))
    assert cut.finding == whole.finding
    assert f"at least {fewest} patients at risk" in cut.caption
    steps = whole.table("steps").values
    for trace in cut.figure.data:
        if trace.meta["role"] != "estimate" or trace.xaxis != "x":
            continue
        rows = steps[(steps["panel"] == "All patients") & (steps["group"] == trace.meta["group"])]
        assert trace.x[-1] == rows.loc[rows["at_risk"] >= fewest, "day"].max()


def test_a_cut_that_leaves_no_curve_still_draws_the_axes(sample):
    card = healing.card(sample, healing.Settings(fewest_at_risk=100))
    assert len(card.figure.data)


def test_groups_compared_within_a_field_are_stratified(sample):
    result = healing.analyse(sample, healing.Settings(within="diagnosis"))
    assert result.first.test.method == "Log-rank test, stratified (2 strata)"
    crude = healing.analyse(sample)
    assert result.first.test.statistic == crude.imbalance.within_diagnosis.statistic
    card = healing.card(sample, healing.Settings(within="scorten>=3"))
    assert "only within the categories of SCORTEN cut at 3" in card.methods


def test_filtered_to_one_arm_a_landmark_can_bring_in_the_other(sample):
    one = sample.select(Selection(arm=("combination",)))
    result = healing.analyse(
        one, healing.Settings(counted_from="landmark", landmark_day=0, deaths="censored at death")
    )
    assert [group.label for group in result.first.groups] == [COMBINATION, ALONE]
    assert result.first.patients.moved == int((one.frame["tnfi_start_day"] > 0).sum())
